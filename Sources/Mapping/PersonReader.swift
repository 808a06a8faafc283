internal import Domain
internal import Extracts
internal import JapaneseText

/// Reads one person's identifiers from a row by column numbers.
struct PersonReader: Sendable {
    private struct NameReader: Sendable {
        let kind: NameForm.Kind
        /// None, the whole name's, or those of family and given name.
        let written: [Int]
        let kana: [Int]

        var places: [Int] { written + kana }
    }

    let subject: Subject
    /// Facts are about this person, so a row that does not say who it is, is rejected.
    private let isNeeded: Bool
    private let numberSpace: String
    private let dictionary: NameDictionary
    private let towns: TownList
    private let asOf: Day

    private let number: [Int]
    private let names: [NameReader]
    private let birth: (column: Int?, age: Int?, ageOn: Int?, isRequired: Bool, onError: OnError)?
    private let sex: (column: Int, codes: CodeTable, onError: OnError)?
    private let address: (written: [Int], postcode: Int?, building: Int?)?
    private let phones: [Int]
    private let guardians: [NameReader]
    private let school: Int?
    private let household: Int?
    private let relation: Int?
    /// Columns of names and addresses.
    private let bounded: [Int]

    /// Unicode scalars a name or a cell of an address may have: taking longer ones apart costs more than the square.
    static let longest = 500

    static let unidentified = Unreadable(
        "person.unidentified", nil, "氏名も番号もなく、だれの記録か分かりません。", fix: "氏名か番号を入れてください。")

    init(
        _ person: PersonColumns, _ match: HeaderMatch, numberSpace: String, names: NameDictionary,
        towns: TownList, asOf: Day
    ) {
        let columns = person.columns
        func place(_ header: Header?) -> Int? { header.map { match[$0.value] } }
        func places(_ list: HeaderList?) -> [Int] { (list?.all ?? []).map { match[$0.value] } }
        func readers(_ names: [NameColumns]?) -> [NameReader] {
            (names ?? []).map {
                NameReader(
                    kind: $0.kind ?? .legal, written: ($0.written?.all ?? []).map { match[$0.value] },
                    kana: ($0.kana?.all ?? []).map { match[$0.value] })
            }
        }
        subject = person.subject
        isNeeded = person.hasFacts
        self.numberSpace = numberSpace
        dictionary = names
        self.towns = towns
        self.asOf = asOf
        number = places(columns.number)
        self.names = readers(columns.names)
        birth = columns.birth.map {
            (place($0.column), place($0.age), place($0.ageOn), $0.required, $0.onError)
        }
        sex = columns.sex.map { (match[$0.column.value], $0.codes, $0.onError) }
        address = columns.address.map { (places($0.written), place($0.postcode), place($0.building)) }
        phones = places(columns.phones)
        guardians = readers(columns.guardians)
        school = place(columns.school)
        household = place(columns.household)
        relation = place(columns.relation)
        bounded =
            (self.names + guardians).flatMap(\.places)
            + (address.map { $0.written + [$0.postcode, $0.building].compactMap(\.self) } ?? [])
    }

    /// A number in several parts names a person only with all of them.
    private func personNumber(_ fields: [String]) -> PersonNumber? {
        let parts = Cell.identity(fields, at: number)
        guard !parts.isEmpty, parts.allSatisfy({ $0 != nil }) else { return nil }
        return PersonNumber(space: numberSpace, number: parts.compactMap(\.self).joined(separator: "-"))
    }

    /// What a rejected row says of the person beside the column at fault; `nil` where no fact is about them.
    func clue(_ fields: [String], besides faulty: Int?, _ memory: inout CellMemory) -> Clue? {
        guard isNeeded else { return nil }
        var clue = Clue()
        if !number.contains(where: { $0 == faulty }) { clue.number = personNumber(fields) }
        if faulty == nil || birth?.column != faulty {
            var warnings: [Unreadable] = []
            clue.birth = (try? readBirth(fields, &memory, &warnings)).flatMap(\.self)
        }
        clue.household = household.flatMap { $0 == faulty ? nil : Cell.identity(fields[$0]) }.map {
            HouseholdID($0)
        }
        return clue
    }

    /// The column by which `corrected` is of somebody else than `original`: another number, or another name and another birth;
    /// `nil` where both may be of one person.
    func otherPerson(
        in corrected: [String], than original: [String], besides faulty: Int?, _ memory: inout CellMemory
    ) -> Int? {
        let (was, now) = (Cell.identity(original, at: number), Cell.identity(corrected, at: number))
        if let column = number.first, !number.contains(where: { $0 == faulty }),
            was.allSatisfy({ $0 != nil }), was != now
        {
            return column
        }
        guard let column = birth?.column, !Cell.trimmed(original[column]).isEmpty else { return nil }
        switch (memory.date(original, at: column), memory.date(corrected, at: column)) {
        case (.date(let was), .date(let now)) where was.range.overlaps(now.range): return nil
        case (let was, let now): if was == now { return nil }
        }
        let (before, after) = (read(names, original, &memory), read(names, corrected, &memory))
        let isSame = before.contains { name in after.contains { name.isLike($0) } }
        return before.isEmpty || isSame ? nil : names.first?.places.first
    }

    /// The household's column, where it says another one.
    func otherHousehold(in corrected: [String], than original: [String]) -> Int? {
        household.flatMap { Cell.identity(corrected[$0]) == Cell.identity(original[$0]) ? nil : $0 }
    }

    /// `nil` where the row names nobody here and nothing depends on it.
    ///
    /// - Parameter warnings: told what was not used, though it was no fault.
    func read(
        _ fields: [String], _ memory: inout CellMemory, _ warnings: inout [Unreadable]
    ) throws(Unreadable) -> Identifiers? {
        if let column = bounded.first(where: { Self.isLong(fields[$0]) }) { throw .long(column) }
        var identifiers = Identifiers()
        identifiers.names = read(names, fields, &memory)
        identifiers.number = personNumber(fields)
        guard !identifiers.names.isEmpty || identifiers.number != nil else {
            if isNeeded { throw Self.unidentified }
            return nil
        }
        identifiers.birth = try readBirth(fields, &memory, &warnings)
        identifiers.sex = try readSex(fields)
        identifiers.address = readAddress(fields, &memory)
        identifiers.phones = phones.flatMap { PhoneNumber.all(in: fields[$0]) }
        identifiers.guardians = read(guardians, fields, &memory)
        identifiers.school = school.map { Cell.folded(fields[$0]) }.flatMap { $0.isEmpty ? nil : $0 }
        identifiers.household = household.flatMap { Cell.identity(fields[$0]) }.map { HouseholdID($0) }
        identifiers.relation = relation.map { Cell.trimmed(fields[$0]) }.flatMap { $0.isEmpty ? nil : $0 }
        return identifiers
    }

    private static func isLong(_ field: String) -> Bool {
        field.utf8.count > longest && Cell.trimmed(field).unicodeScalars.count > longest
    }

    private func read(
        _ readers: [NameReader], _ fields: [String], _ memory: inout CellMemory
    ) -> [NameForm] {
        readers.flatMap { reader -> [NameForm] in
            func text(_ places: [Int], _ part: Int) -> WrittenText? {
                part < places.count ? WrittenText(Cell.trimmed(fields[places[part]])) : nil
            }
            let name = CellMemory.WrittenName(
                kind: reader.kind, written: text(reader.written, 0) ?? WrittenText(""),
                given: text(reader.written, 1), kana: text(reader.kana, 0) ?? WrittenText(""),
                givenKana: text(reader.kana, 1))
            if name.isEmpty { return [] }
            return memory.names.value(of: name) {
                BracketedName.forms(
                    kind: $0.kind, written: $0.written.text, given: $0.given?.text, kana: $0.kana.text,
                    givenKana: $0.givenKana?.text, dictionary: dictionary)
            }
        }
    }

    private func readBirth(
        _ fields: [String], _ memory: inout CellMemory, _ warnings: inout [Unreadable]
    ) throws(Unreadable) -> PartialDate? {
        guard let birth else { return nil }
        var isPlaceholder = false
        if let column = birth.column, memory.isPlaceholderBirth(fields, at: column) {
            // Somebody wrote that the birth is not known, which is not a column left blank.
            isPlaceholder = true
            warnings.append(.placeholderBirth(column))
        } else if let column = birth.column {
            switch memory.date(fields, at: column) {
            case .date(let date):
                guard let fault = impossible(date, column) else { return date }
                if birth.onError == .reject { throw fault }
            case .absent: break
            case .unreadable: if birth.onError == .reject { throw .date(column) }
            }
        }
        if let column = birth.age, !Cell.trimmed(fields[column]).isEmpty {
            if let age = Cell.age(fields[column]) {
                if let date = readAgeDate(birth.ageOn, fields, &memory) { return .age(age, on: date) }
            } else if birth.onError == .reject {
                throw Unreadable(
                    "age.unreadable", column, "年齢として読めません。", fix: "満年齢を数字で書くか、空欄にしてください。")
            }
        }
        if birth.isRequired, !isPlaceholder, let column = birth.column ?? birth.age { throw .blank(column) }
        return nil
    }

    /// Years after which nobody in a city's records was born.
    private static let longestLife = 125

    /// What is wrong with a birth that cannot be anybody's; `nil` where nothing is.
    private func impossible(_ birth: PartialDate, _ column: Int) -> Unreadable? {
        if birth.range.lowerBound > asOf {
            return Unreadable(
                "birth.future", column, "生年月日が、抽出の日より後です。", fix: "元号や年の写し誤りでないか、元の記録を確かめてください。")
        }
        if birth.range.upperBound.year < asOf.year - Self.longestLife {
            return Unreadable(
                "birth.past", column, "生年月日が\(Self.longestLife)年より前です。", fix: "元号や年の写し誤りでないか、元の記録を確かめてください。")
        }
        return nil
    }

    /// The day the age is for: `nil` where the row should say so and does not, never a guess.
    private func readAgeDate(
        _ column: Int?, _ fields: [String], _ memory: inout CellMemory
    ) -> Day? {
        guard let column else { return asOf }
        guard case .date(let date) = memory.date(fields, at: column) else { return nil }
        return date.exactDay
    }

    private func readSex(_ fields: [String]) throws(Unreadable) -> Sex? {
        guard let sex else { return nil }
        switch sex.codes.meaning(of: fields[sex.column]) {
        case .word(let word): return SexColumn.Word(rawValue: word) == .male ? .male : .female
        case .nothing: return nil
        case .unknown:
            if sex.onError == .reject { throw .code(sex.column) }
            return nil
        }
    }

    private func readAddress(_ fields: [String], _ memory: inout CellMemory) -> Address? {
        guard let address else { return nil }
        let written = address.written.map { Cell.trimmed(fields[$0]) }.joined()
        let postcode = address.postcode.map { Cell.trimmed(fields[$0]) } ?? ""
        let building = address.building.map { Cell.trimmed(fields[$0]) } ?? ""
        if written.isEmpty && postcode.isEmpty && building.isEmpty { return nil }
        let whole = CellMemory.WrittenAddress(
            written: WrittenText(written), postcode: WrittenText(postcode), building: WrittenText(building))
        return memory.addresses.value(of: whole) {
            AddressReader.read(
                $0.written.text, postcode: $0.postcode.text, building: $0.building.text, towns: towns)
        }
    }
}

extension NameForm {
    /// Whether neither kanji nor reading speak against it, or some character of them could not be read: a reading that stayed
    /// behind other kanji is a mix-up as likely as a correction.
    fileprivate func isLike(_ other: NameForm) -> Bool {
        func agree(_ a: String, _ b: String) -> Bool { a.isEmpty || b.isEmpty || a == b }
        return agree(family + given + unsplit, other.family + other.given + other.unsplit)
            && agree(
                familyKana + givenKana + unsplitKana, other.familyKana + other.givenKana + other.unsplitKana)
            || (written + writtenKana).unicodeScalars.contains(LineText.substitute)
    }
}
