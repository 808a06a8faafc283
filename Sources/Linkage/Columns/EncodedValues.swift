internal import Domain

/// A name form as text ids; 0 where the part is missing.
struct EncodedName: Hashable, Sendable {
    /// A 旧氏: its family name may agree, but as a former one.
    var isFormer: Bool
    var family: UInt32
    var given: UInt32
    var familyKana: UInt32
    var givenKana: UInt32
    /// Family and given name joined, or the unsplit name; Latin names as their tokens in order of the alphabet,
    /// since departments write them in any order.
    var whole: UInt32
    var wholeKana: UInt32
    var kanji: NameParts { NameParts(family: family, given: given, whole: whole) }
    var kana: NameParts { NameParts(family: familyKana, given: givenKana, whole: wholeKana) }
    /// Written in three words or more, as names with middle names are; departments leave those out at will.
    var hasMiddle: Bool

    init(_ form: NameForm, into text: inout TextDictionary) {
        isFormer = form.kind == .former
        family = text.id(of: form.family)
        given = text.id(of: form.given)
        familyKana = text.id(of: form.familyKana)
        givenKana = text.id(of: form.givenKana)
        let isLatin = form.kind == .latin || Self.isLatin(form.family.isEmpty ? form.unsplit : form.family)
        hasMiddle = max(Self.words(in: form.written), Self.words(in: form.writtenKana)) > 2
        whole = text.id(of: Self.join(form.family, form.given, unsplit: form.unsplit, isLatin: isLatin))
        wholeKana = text.id(
            of: Self.join(form.familyKana, form.givenKana, unsplit: form.unsplitKana, isLatin: false))
    }

    private static func words(in name: String) -> Int {
        // Looking at characters is dear, and nearly all names are one word or two.
        guard name.unicodeScalars.contains(where: mayPart) else { return name.isEmpty ? 0 : 1 }
        return name.split { $0.isWhitespace || "・･＝゠".contains($0) }.count
    }

    /// Whether a scalar is white space or a mark between words; true also of some that are neither.
    private static func mayPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x20, 0x80...0xA0, 0x1680, 0x2000...0x206F, 0x3000, 0x30A0, 0x30FB, 0xFF1D, 0xFF65: true
        default: false
        }
    }

    /// Comparable Latin names begin with an ASCII capital, in whatever column a department keeps them.
    private static func isLatin(_ name: String) -> Bool {
        name.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
    }

    /// One text of a whole name; empty where only a part is known, since a part is not the name.
    static func join(_ family: String, _ given: String, unsplit: String, isLatin: Bool) -> String {
        guard !isLatin else {
            if unsplit.isEmpty, family.isEmpty || given.isEmpty { return "" }
            return [family, given, unsplit].flatMap { $0.split(separator: " ") }.sorted().joined(
                separator: " ")
        }
        if !unsplit.isEmpty { return String(unsplit.filter { !$0.isWhitespace }) }
        return family.isEmpty || given.isEmpty ? "" : family + given
    }
}

/// One script of a name form as text ids; 0 where missing.
struct NameParts {
    let family: UInt32
    let given: UInt32
    let whole: UInt32

    /// Written in one piece that nothing has cut.
    var isOnePiece: Bool { family == 0 && given == 0 && whole != 0 }
    var isSplit: Bool { family != 0 && given != 0 }
    /// Nothing is said of the given name.
    var isUnknown: Bool { given == 0 && whole == 0 }
}

/// A birth date ready for comparison.
struct EncodedBirth: Hashable, Sendable {
    enum Precision: UInt8 { case missing, day, partial }
    var precision: Precision
    /// Eight decimal digits `yyyyMMdd`, four bits each, so that a slip of one digit is one nibble; 0 unless `.day`.
    var digits: UInt32
    var year: Int16
    /// First and last possible day, as day numbers.
    var first: Int32
    var last: Int32

    init(_ date: PartialDate?) {
        guard let date else {
            (precision, digits, year, first, last) = (.missing, 0, 0, 0, 0)
            return
        }
        let range = date.range
        first = Int32(range.lowerBound.number)
        last = Int32(range.upperBound.number)
        if let day = date.exactDay {
            precision = .day
            digits = Self.decimal(day.year) << 16 | Self.decimal(day.month) << 8 | Self.decimal(day.day)
            year = Int16(day.year)
        } else {
            (precision, digits, year) = (.partial, 0, 0)
        }
    }

    private static func decimal(_ value: Int) -> UInt32 {
        var (rest, shift, digits) = (value, UInt32(0), UInt32(0))
        while rest > 0 {
            digits |= UInt32(rest % 10) << shift
            rest /= 10
            shift += 4
        }
        return digits
    }
}
