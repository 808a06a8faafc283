/// Every distinct text of a table as an integer, its bytes in one flat buffer; id 0 is "missing".
///
/// A table of its own rather than `Dictionary<String, …>`: texts come as bytes out of a file, ten columns of a million
/// rows, and hashing them as Swift strings would cost more than the linkage.
struct TermDictionary: Sendable {
    private var bytes: [UInt8] = []
    /// More bytes than this are not taken; `ends` could not tell where they lie.
    private let most: Int
    /// Whether a text came for which there was no room; it is missing then.
    private(set) var isFull = false
    /// Where each term ends in `bytes`; term 0 is empty.
    private var ends: [UInt32] = [0]
    /// Open addressing: a term's hash in the upper half, its id in the lower; 0 is free, since the missing term is never looked up.
    private var slots: [UInt64] = Array(repeating: 0, count: 1 << 12)

    init(most: Int = Int(UInt32.max)) { self.most = most }

    var count: Int { ends.count }

    /// The term's bytes, UTF-8.
    func bytes(of term: UInt32) -> ArraySlice<UInt8> {
        bytes[range(of: term)]
    }

    /// `body` of two terms, where both are of 1...64 ASCII characters; else `nil`. Not as slices: that would count a reference which all threads share.
    @inline(__always)
    func ascii<Result>(
        _ a: UInt32, _ b: UInt32, _ body: (Span<UInt8>, Span<UInt8>) -> Result
    ) -> Result? {
        let (first, second) = (bytes.span.extracting(range(of: a)), bytes.span.extracting(range(of: b)))
        guard 1...64 ~= first.count, 1...64 ~= second.count else { return nil }
        var all: UInt8 = 0
        for index in first.indices { all |= first[index] }
        for index in second.indices { all |= second[index] }
        return all < 0x80 ? body(first, second) : nil
    }

    /// The characters of a term at these places, where it is ASCII; else `nil`.
    func ascii(_ term: UInt32, _ cut: Range<Int>) -> [UInt8]? {
        let text = bytes(of: term)
        // Not a slice: it would hold on to all terms, and a new one could only be added to a copy of them.
        return text.allSatisfy { $0 < 0x80 } ? Array(text.dropFirst(cut.lowerBound).prefix(cut.count)) : nil
    }

    private func range(of term: UInt32) -> Range<Int> {
        (term == 0 ? 0 : Int(ends[Int(term) - 1]))..<Int(ends[Int(term)])
    }

    func text(of term: UInt32) -> String { String(decoding: bytes(of: term), as: UTF8.self) }

    /// A term's code points, in place of what `points` held.
    func points(of term: UInt32, into points: inout [UInt32]) {
        points.removeAll(keepingCapacity: true)
        guard term != 0 else { return }
        let text = bytes.span.extracting(range(of: term))
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x80 else {
                points.removeAll(keepingCapacity: true)
                for scalar in self.text(of: term).unicodeScalars { points.append(scalar.value) }
                return
            }
            points.append(UInt32(byte))
        }
    }

    /// The id of a text; an empty one is missing, and so is one for which there is no room.
    mutating func id(of text: Span<UInt8>) -> UInt32 {
        if text.isEmpty { return 0 }
        let hash = Self.hash(text)
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let term = UInt32(truncatingIfNeeded: slots[slot])
            if slots[slot] >> 32 == UInt64(hash), equals(term, text) { return term }
            slot = (slot + 1) & mask
        }
        guard text.count <= most - bytes.count else {
            isFull = true
            return 0
        }
        let term = UInt32(ends.count)
        for index in text.indices { bytes.append(text[index]) }
        ends.append(UInt32(bytes.count))
        slots[slot] = UInt64(hash) << 32 | UInt64(term)
        if ends.count * 4 > slots.count * 3 { grow() }
        return term
    }

    mutating func id(of text: some Collection<UInt8>) -> UInt32 {
        let copy = ContiguousArray(text)
        return id(of: copy.span)
    }

    private func equals(_ term: UInt32, _ text: Span<UInt8>) -> Bool {
        let start = Int(ends[Int(term) - 1])
        guard Int(ends[Int(term)]) - start == text.count else { return false }
        let known = bytes.span.extracting(start..<start + text.count)
        var place = 0
        while place + 8 <= text.count {
            if Self.word(known, place) != Self.word(text, place) { return false }
            place += 8
        }
        while place < text.count {
            if known[place] != text[place] { return false }
            place += 1
        }
        return true
    }

    /// The eight bytes from `place` on.
    @inline(__always)
    private static func word(_ text: Span<UInt8>, _ place: Int) -> UInt64 {
        UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        let mask = slots.count - 1
        for entry in old where entry != 0 {
            var slot = Int(entry >> 32) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// Multiply-and-fold, eight bytes at a time.
    private static func hash(_ text: Span<UInt8>) -> UInt32 {
        var state = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place + 8 <= text.count {
            state = (state ^ Self.word(text, place)) &* 0xFF51_AFD7_ED55_8CCD
            state ^= state >> 32
            place += 8
        }
        var (word, shift): (UInt64, UInt64) = (0, 0)
        while place < text.count {
            word |= UInt64(text[place]) &<< shift
            shift += 8
            place += 1
        }
        state = (state ^ word) &* 0xC4CE_B9FE_1A85_EC53
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }
}
