;; Counts the records of CSV, 64 bytes at a time: see countCsv.ts.
;;
;; The bytes of a piece begin at 64; the two before them are those before the
;; piece, or line ends where there are none. For each block of 64 bytes, a mask
;; has one bit for each byte, the first byte's lowest.
(module
  (global $separator (import "dialect" "separator") i32)
  (global $quote (import "dialect" "quote") i32)
  (memory (export "memory") 2)
  ;; All ones where the piece so far ends within quotes, else 0.
  (global $quoted (mut i64) (i64.const 0))
  (global $records (export "records") (mut i32) (i32.const 0))
  ;; Behind the last line end outside of quotes: an address, 0 where none is.
  (global $end (export "end") (mut i32) (i32.const 0))

  ;; Which of the 64 bytes from an address on are this one.
  (func $find (param $at i32) (param $byte i32) (result i64)
    (local $bytes v128)
    (local.set $bytes (i8x16.splat (local.get $byte)))
    (i64.or
      (i64.or
        (i64.extend_i32_u (i8x16.bitmask (i8x16.eq
          (v128.load (local.get $at)) (local.get $bytes))))
        (i64.shl
          (i64.extend_i32_u (i8x16.bitmask (i8x16.eq
            (v128.load offset=16 (local.get $at)) (local.get $bytes))))
          (i64.const 16)))
      (i64.or
        (i64.shl
          (i64.extend_i32_u (i8x16.bitmask (i8x16.eq
            (v128.load offset=32 (local.get $at)) (local.get $bytes))))
          (i64.const 32))
        (i64.shl
          (i64.extend_i32_u (i8x16.bitmask (i8x16.eq
            (v128.load offset=48 (local.get $at)) (local.get $bytes))))
          (i64.const 48)))))

  ;; Whether one of the 64 bytes from the one before an address on is this one.
  (func $any (param $at i32) (param $byte i32) (result i32)
    (local $bytes v128)
    (local.set $bytes (i8x16.splat (local.get $byte)))
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (v128.any_true (v128.or
      (v128.or
        (i8x16.eq (v128.load (local.get $at)) (local.get $bytes))
        (i8x16.eq (v128.load offset=16 (local.get $at)) (local.get $bytes)))
      (v128.or
        (i8x16.eq (v128.load offset=32 (local.get $at)) (local.get $bytes))
        (i8x16.eq (v128.load offset=48 (local.get $at)) (local.get $bytes))))))

  ;; From a mask of quotes, one of what follows an odd number of them.
  (func $within (param $m i64) (result i64)
    (local.set $m (i64.xor (local.get $m) (i64.shl (local.get $m) (i64.const 1))))
    (local.set $m (i64.xor (local.get $m) (i64.shl (local.get $m) (i64.const 2))))
    (local.set $m (i64.xor (local.get $m) (i64.shl (local.get $m) (i64.const 4))))
    (local.set $m (i64.xor (local.get $m) (i64.shl (local.get $m) (i64.const 8))))
    (local.set $m (i64.xor (local.get $m) (i64.shl (local.get $m) (i64.const 16))))
    (i64.xor (local.get $m) (i64.shl (local.get $m) (i64.const 32))))

  ;; Which bytes follow those of a mask: the byte before the block counts, too.
  (func $after (param $m i64) (param $at i32) (param $byte i32) (result i64)
    (i64.or
      (i64.shl (local.get $m) (i64.const 1))
      (i64.extend_i32_u (i32.eq (local.get $byte)
        (i32.load8_u (i32.sub (local.get $at) (i32.const 1)))))))

  ;; Whether each byte of a mask has this one before it.
  (func $follow (param $m i64) (param $at i32) (param $byte i32) (result i32)
    (block $no
      (loop $bits
        (if (i64.eqz (local.get $m)) (then (return (i32.const 1))))
        (br_if $no (i32.ne (local.get $byte) (i32.load8_u (i32.sub
          (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $m))))
          (i32.const 1)))))
        (local.set $m (i64.and (local.get $m) (i64.sub (local.get $m) (i64.const 1))))
        (br $bits)))
    (i32.const 0))

  ;; Counts a piece. @returns 1 where masks do not tell what is quoted: a quote
  ;; that opens elsewhere than where a field begins, or CRs before a line end.
  (func (export "count") (param $length i32) (result i32)
    (local $at i32)
    (local $stop i32)
    (local $valid i64)
    (local $quotes i64)
    (local $breaks i64)
    (local $lines i64)
    (local $inside i64)
    (local $opens i64)
    (local $returns i64)
    (local.set $at (i32.const 64))
    (local.set $stop (i32.add (i32.const 64) (local.get $length)))
    (local.set $valid (i64.const -1))
    (global.set $end (i32.const 0))
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $stop)))
        ;; What lies behind the piece does not count.
        (if (i32.gt_u (i32.add (local.get $at) (i32.const 64)) (local.get $stop))
          (then (local.set $valid (i64.shr_u (i64.const -1) (i64.extend_i32_u
            (i32.sub (i32.add (local.get $at) (i32.const 64)) (local.get $stop)))))))
        (local.set $quotes (i64.and (local.get $valid)
          (call $find (local.get $at) (global.get $quote))))
        (local.set $breaks (i64.and (local.get $valid)
          (call $find (local.get $at) (i32.const 10))))
        (local.set $inside (global.get $quoted))
        (if (i64.ne (local.get $quotes) (i64.const 0))
          (then
            (local.set $inside (i64.xor (local.get $inside)
              (call $within (local.get $quotes))))
            (local.set $opens (i64.and (local.get $quotes) (local.get $inside)))
            (local.set $opens (i64.and (local.get $opens) (i64.xor (i64.const -1)
              (i64.or (call $after (local.get $quotes) (local.get $at) (global.get $quote))
                (call $after (local.get $breaks) (local.get $at) (i32.const 10))))))
            (if (i32.eqz (call $follow (local.get $opens) (local.get $at) (global.get $separator)))
              (then (return (i32.const 1))))
            (global.set $quoted (i64.shr_s (local.get $inside) (i64.const 63)))))
        (local.set $lines (i64.and (local.get $breaks)
          (i64.xor (local.get $inside) (i64.const -1))))
        (if (i64.ne (local.get $lines) (i64.const 0))
          (then
            (global.set $end (i32.add (local.get $at) (i32.sub (i32.const 64)
              (i32.wrap_i64 (i64.clz (local.get $lines))))))
            ;; A line end right after another, or with one CR between, ends nothing.
            (local.set $returns (i64.const 0))
            (if (call $any (local.get $at) (i32.const 13))
              (then (local.set $returns (i64.and (local.get $lines)
                (call $after (call $find (local.get $at) (i32.const 13))
                  (local.get $at) (i32.const 13))))))
            (local.set $lines (i64.and (local.get $lines) (i64.xor (i64.const -1)
              (call $after (local.get $breaks) (local.get $at) (i32.const 10)))))
            (if (i64.ne (local.get $returns) (i64.const 0))
              (then
                (if (i64.ne (i64.const 0) (i64.and (local.get $returns)
                    (call $find (i32.sub (local.get $at) (i32.const 2)) (i32.const 13))))
                  (then (return (i32.const 1))))
                (local.set $lines (i64.and (local.get $lines) (i64.xor (i64.const -1)
                  (i64.and (local.get $returns)
                    (call $find (i32.sub (local.get $at) (i32.const 2)) (i32.const 10))))))))
            (global.set $records (i32.add (global.get $records)
              (i32.wrap_i64 (i64.popcnt (local.get $lines)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $blocks)))
    (i32.const 0)))
