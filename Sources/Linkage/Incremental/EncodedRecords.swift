internal import Domain

/// What encoding makes of each record by itself, before any of the others is known; kept for the next night.
struct EncodedRecords: Sendable {
    /// Of all that identifies a record, and where it comes from.
    var contents: [ContentPrint] = []
    var fingerprints: [UInt64] = []
    /// What the caller wants to be told again of a record.
    var notes: [UInt8] = []
    var text = TextDictionary()
    var forms: [EncodedName] = []
    /// As in `RecordColumns`; guardians are those the record itself names.
    var names = RaggedColumn()
    var families = RaggedColumn()
    var guardianForms = RaggedColumn()
    var guardianFamilies = RaggedColumn()
    var guardians = RaggedColumn()
    var phones = RaggedColumn()
    var births: [EncodedBirth] = []
    var sexes: [UInt8] = []
    var households: [UInt32] = []
    var towns: [UInt32] = []
    var lots: [UInt32] = []
    var homes: [UInt32] = []
    var postcodes: [UInt32] = []
    var schools: [UInt32] = []
    var numberSpaces: [UInt32] = []
    var numbers: [UInt32] = []

    var count: Int { contents.count }

    private static let ragged: [any WritableKeyPath<Self, RaggedColumn> & Sendable] = [
        \.names, \.families, \.guardianForms, \.guardianFamilies, \.guardians, \.phones,
    ]
    private static let texts: [any WritableKeyPath<Self, [UInt32]> & Sendable] = [
        \.households, \.towns, \.lots, \.homes, \.postcodes, \.schools, \.numberSpaces, \.numbers,
    ]

    /// Adds a record of another night whose texts and forms have the same ids here.
    mutating func take(_ row: Int, of other: EncodedRecords) {
        contents.append(other.contents[row])
        fingerprints.append(other.fingerprints[row])
        notes.append(other.notes[row])
        names.append(other.names, row)
        families.append(other.families, row)
        guardianForms.append(other.guardianForms, row)
        guardianFamilies.append(other.guardianFamilies, row)
        guardians.append(other.guardians, row)
        phones.append(other.phones, row)
        births.append(other.births[row])
        sexes.append(other.sexes[row])
        households.append(other.households[row])
        towns.append(other.towns[row])
        lots.append(other.lots[row])
        homes.append(other.homes[row])
        postcodes.append(other.postcodes[row])
        schools.append(other.schools[row])
        numberSpaces.append(other.numberSpaces[row])
        numbers.append(other.numbers[row])
    }

    /// As columns that know nothing of guardians yet.
    func columns(exclusion: [UInt16], groupSources: [UInt32]) -> RecordColumns {
        var columns = RecordColumns()
        (columns.exclusion, columns.groupSources) = (exclusion, groupSources)
        (columns.text, columns.forms, columns.names, columns.families) = (text, forms, names, families)
        (columns.births, columns.sexes, columns.phones) = (births, sexes, phones)
        (columns.towns, columns.lots, columns.homes, columns.postcodes) = (towns, lots, homes, postcodes)
        (columns.schools, columns.numberSpaces, columns.numbers) = (schools, numberSpaces, numbers)
        return columns
    }

    /// Whether most of the texts are still somebody's: night after night some are nobody's any more.
    private var isWorthKeeping: Bool {
        var isUsed = [Bool](repeating: false, count: text.count)
        for column in Self.texts { for id in self[keyPath: column] { isUsed[Int(id)] = true } }
        for id in phones.values { isUsed[Int(id)] = true }
        for column in [names, guardianForms] {
            for place in column.values {
                let form = forms[Int(place)]
                for id in [
                    form.family, form.given, form.familyKana, form.givenKana, form.whole, form.wholeKana,
                ] {
                    isUsed[Int(id)] = true
                }
            }
        }
        return isUsed.count(where: \.self) * 4 >= text.count * 3
    }

    // MARK: bytes

    /// As many pieces there always are.
    static let pieces = 4 + ragged.count * 2 + texts.count

    /// The pieces in their order, each made when it is asked for; all empty where the next night shall encode anew.
    var bytes: @Sendable (Int) -> [UInt8] {
        guard isWorthKeeping else { return { _ in [] } }
        return { [self] number in piece(number) }
    }

    private func piece(_ number: Int) -> [UInt8] {
        switch number {
        case 0: return Self.bytes(contents.flatMap { [$0.high, $0.low] } + fingerprints)
        case 1: return notes + sexes
        case 2:
            var words = [UInt32(text.count), UInt32(text.codePoints.count)]
            words += text.codePoints
            words += text.ends
            for (place, print) in text.prints.enumerated() {
                for word in [print.high, print.low] {
                    words.append(UInt32(truncatingIfNeeded: word))
                    words.append(UInt32(truncatingIfNeeded: word >> 32))
                }
                words.append((text.isWild[place] ? 1 : 0) + (text.isKana[place] ? 2 : 0))
            }
            return Self.bytes(words)
        case 3:
            var words = [UInt32(forms.count)]
            for form in forms {
                words.append((form.isFormer ? 1 : 0) + (form.hasMiddle ? 2 : 0))
                words += [
                    form.family, form.given, form.familyKana, form.givenKana, form.whole, form.wholeKana,
                ]
            }
            for birth in births {
                words += [
                    UInt32(birth.precision.rawValue), birth.digits, UInt32(bitPattern: birth.first),
                    UInt32(bitPattern: birth.last), UInt32(UInt16(bitPattern: birth.year)),
                ]
            }
            return Self.bytes(words)
        default:
            let place = number - 4
            guard place >= Self.ragged.count * 2 else {
                let column = self[keyPath: Self.ragged[place / 2]]
                return Self.bytes(place.isMultiple(of: 2) ? column.values : column.starts)
            }
            return Self.bytes(self[keyPath: Self.texts[place - Self.ragged.count * 2]])
        }
    }

    init() {}

    /// - Parameter piece: as `bytes` made it.
    /// - Returns: `nil` where a piece is missing, or they do not fit each other.
    init?(_ piece: (Int) -> [UInt8]?) {
        guard let prints: [UInt64] = piece(0).flatMap(Self.integers), let small = piece(1),
            let texts: [UInt32] = piece(2).flatMap(Self.integers),
            let fixed: [UInt32] = piece(3).flatMap(Self.integers)
        else { return nil }
        let count = prints.count / 3
        guard prints.count == count * 3, small.count == count * 2 else { return nil }
        guard count > 0 else { return }
        contents = (0..<count).map { ContentPrint(high: prints[$0 * 2], low: prints[$0 * 2 + 1]) }
        fingerprints = Array(prints[(count * 2)...])
        (notes, sexes) = (Array(small[..<count]), Array(small[count...]))
        guard texts.count >= 2, let text = TextDictionary(words: texts), fixed.count >= 1 else { return nil }
        self.text = text
        let formCount = Int(fixed[0])
        guard fixed.count == 1 + formCount * 7 + count * 5 else { return nil }
        forms = (0..<formCount).map { EncodedName(words: fixed[(1 + $0 * 7)...]) }
        births = (0..<count).map { EncodedBirth(words: fixed[(1 + formCount * 7 + $0 * 5)...]) }
        for (place, column) in Self.ragged.enumerated() {
            guard let values: [UInt32] = piece(4 + place * 2).flatMap(Self.integers),
                let starts: [UInt32] = piece(5 + place * 2).flatMap(Self.integers),
                starts.count == count + 1, starts[count] == values.count
            else { return nil }
            self[keyPath: column] = RaggedColumn(values: values, starts: starts)
        }
        for (place, column) in Self.texts.enumerated() {
            guard
                let values: [UInt32] = piece(4 + Self.ragged.count * 2 + place).flatMap(Self.integers),
                values.count == count
            else { return nil }
            self[keyPath: column] = values
        }
    }

    /// In this machine's order: what is kept is read by the same program only.
    private static func bytes<Number: FixedWidthInteger & BitwiseCopyable>(_ values: [Number]) -> [UInt8] {
        values.withUnsafeBytes { Array($0) }
    }

    private static func integers<Number: FixedWidthInteger & BitwiseCopyable>(_ bytes: [UInt8]) -> [Number]? {
        let width = MemoryLayout<Number>.size
        guard bytes.count.isMultiple(of: width) else { return nil }
        return [Number](unsafeUninitializedCapacity: bytes.count / width) { buffer, filled in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            filled = bytes.count / width
        }
    }
}

extension TextDictionary {
    /// - Parameter words: how many texts and code points, those, where each text ends, then prints and marks.
    fileprivate init?(words: [UInt32]) {
        let (count, points) = (Int(words[0]), Int(words[1]))
        guard words.count == 2 + points + count * 6 else { return nil }
        let (ends, rest) = (2 + points, 2 + points + count)
        func word(_ place: Int) -> UInt64 { UInt64(words[place]) | UInt64(words[place + 1]) << 32 }
        self.init(
            codePoints: Array(words[2..<ends]), ends: Array(words[ends..<rest]),
            isWild: (0..<count).map { words[rest + $0 * 5 + 4] & 1 != 0 },
            isKana: (0..<count).map { words[rest + $0 * 5 + 4] & 2 != 0 },
            prints: (0..<count).map {
                ContentPrint(high: word(rest + $0 * 5), low: word(rest + $0 * 5 + 2))
            })
    }
}

extension EncodedName {
    fileprivate init(words: ArraySlice<UInt32>) {
        let at = words.startIndex
        isFormer = words[at] & 1 != 0
        hasMiddle = words[at] & 2 != 0
        (family, given) = (words[at + 1], words[at + 2])
        (familyKana, givenKana) = (words[at + 3], words[at + 4])
        (whole, wholeKana) = (words[at + 5], words[at + 6])
    }
}

extension EncodedBirth {
    fileprivate init(words: ArraySlice<UInt32>) {
        let at = words.startIndex
        self.init(nil)
        precision = Precision(rawValue: UInt8(truncatingIfNeeded: words[at])) ?? .missing
        digits = words[at + 1]
        (first, last) = (Int32(bitPattern: words[at + 2]), Int32(bitPattern: words[at + 3]))
        year = Int16(bitPattern: UInt16(truncatingIfNeeded: words[at + 4]))
    }
}
