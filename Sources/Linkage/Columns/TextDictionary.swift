internal import Domain
internal import Foundation

/// Every distinct text of the columns as an integer, its code points in one flat buffer.
///
/// Id 0 is the empty text, which stands for "missing". Texts arrive folded by `JapaneseText`; here only letters with marks
/// are made one code point, where they came as two.
struct TextDictionary: Sendable {
    /// By print: hashing a Japanese `String` costs several times as much.
    private var ids = PrintIndex([ContentPrint()])
    /// Code points of all texts, end to end.
    private(set) var codePoints: [UInt32] = []
    private(set) var ends: [UInt32] = [0]
    /// Whether the text holds a geta mark.
    private(set) var isWild: [Bool] = [false]
    /// Whether the text is kana alone.
    private(set) var isKana: [Bool] = [false]
    /// By id, what the text is on any night; ids are of this night.
    private(set) var prints: [ContentPrint] = [ContentPrint()]

    var count: Int { ends.count }

    init() {}

    /// The texts of another night, as they were kept.
    init(codePoints: [UInt32], ends: [UInt32], isWild: [Bool], isKana: [Bool], prints: [ContentPrint]) {
        (self.codePoints, self.ends, self.prints) = (codePoints, ends, prints)
        (self.isWild, self.isKana) = (isWild, isKana)
        ids = PrintIndex(prints)
    }

    mutating func id(of text: String) -> UInt32 {
        guard text.unicodeScalars.allSatisfy(Self.isComposed) else {
            return id(ofComposed: text.precomposedStringWithCanonicalMapping)
        }
        return id(ofComposed: text)
    }

    private mutating func id(ofComposed text: String) -> UInt32 {
        var print = ContentPrint()
        for scalar in text.unicodeScalars { print.add(UInt64(scalar.value)) }
        if let known = ids.place(of: print, in: prints) { return UInt32(known) }
        let id = UInt32(ends.count)
        var wild = false
        for scalar in text.unicodeScalars {
            codePoints.append(scalar.value)
            wild = wild || scalar.value == StringSimilarity.geta
        }
        prints.append(print)
        ids.insert(Int(id), in: prints)
        ends.append(UInt32(codePoints.count))
        isWild.append(wild)
        isKana.append(text.unicodeScalars.allSatisfy { 0x30A1...0x30FC ~= $0.value })
        return id
    }

    /// Latin letters, kana and kanji of the common blocks: with them alone a text is in NFC. All others are looked at closer.
    private static func isComposed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x300 || 0x3001..<0x3099 ~= scalar.value || 0x309B...0x9FFF ~= scalar.value
    }

    /// Where the text's code points stand in `codePoints`.
    func range(_ id: UInt32) -> Range<Int> {
        id == 0 ? 0..<0 : Int(ends[Int(id) - 1])..<Int(ends[Int(id)])
    }
}

/// A column with any number of values a record: the values end to end, and where each record's begin.
struct RaggedColumn: Sendable {
    private(set) var values: [UInt32] = []
    private(set) var starts: [UInt32] = [0]

    var count: Int { starts.count - 1 }

    init() {}

    init(values: [UInt32], starts: [UInt32]) { (self.values, self.starts) = (values, starts) }

    /// A column with one value a record, or none (0).
    init(_ values: [UInt32]) {
        for value in values { append(value == 0 ? [] : [value]) }
    }

    /// The same without some values.
    func without(_ left: Set<UInt32>) -> RaggedColumn {
        if left.isEmpty { return self }
        var column = RaggedColumn()
        for record in 0..<count { column.append(values[range(record)].filter { !left.contains($0) }) }
        return column
    }

    mutating func append(_ row: some Sequence<UInt32>) {
        values.append(contentsOf: row)
        starts.append(UInt32(values.count))
    }

    /// Adds a row of another column.
    mutating func append(_ other: RaggedColumn, _ record: Int) {
        for place in other.range(record) { values.append(other.values[place]) }
        starts.append(UInt32(values.count))
    }

    /// The record's values, as positions in `values`.
    func range(_ record: Int) -> Range<Int> { Int(starts[record])..<Int(starts[record + 1]) }

    /// Whether two sorted rows, of this column and another, have a value in common.
    func meets(_ record: Int, _ other: RaggedColumn, _ otherRecord: Int) -> Bool {
        let (left, right) = (range(record), other.range(otherRecord))
        var (i, j) = (left.lowerBound, right.lowerBound)
        while i < left.upperBound, j < right.upperBound {
            let (a, b) = (values[i], other.values[j])
            if a == b { return true }
            if a < b { i += 1 } else { j += 1 }
        }
        return false
    }
}
