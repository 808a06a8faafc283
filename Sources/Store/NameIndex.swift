internal import Domain
internal import JapaneseText

/// Persons by the beginnings of their names, and of those of their guardians: plain in the memory of who searches, and sealed on the disk.
///
/// A slot is a person's place in the order of readings, then of ids. The index tells candidates alone: what a reader may see of them is
/// decided, and read from the vault, one by one.
struct NameIndex: Sendable {
    /// Of the bytes that are kept; of another form it is made anew.
    static let form = "names-1"

    /// By slot, the person's number in the vault.
    let numbers: [UInt32]
    /// By slot, as `StoredDate`; `noBirth` where no source gives one.
    private let births: [Int32]
    let names: PartList
    let guardians: PartList
    /// By slot, the first and the last day the birth can be.
    private let (firstDays, lastDays): ([Int32], [Int32])
    private let days: BirthDays
    /// By number, the slot.
    private let slots: [UInt32]

    static let noBirth = Int32.min
    private static let none = UInt32.max

    var count: Int { numbers.count }

    init(numbers: [UInt32], births: [Int32], names: PartList, guardians: PartList) {
        (self.numbers, self.births, self.names, self.guardians) = (numbers, births, names, guardians)
        var (firstDays, lastDays): ([Int32], [Int32]) = ([], [])
        firstDays.reserveCapacity(births.count)
        lastDays.reserveCapacity(births.count)
        for number in births {
            let range = number == Self.noBirth ? nil : StoredDate.date(Int(number)).range
            firstDays.append(range.map { Int32(clamping: $0.lowerBound.number) } ?? .max)
            lastDays.append(range.map { Int32(clamping: $0.upperBound.number) } ?? .min)
        }
        (self.firstDays, self.lastDays) = (firstDays, lastDays)
        days = BirthDays(first: firstDays, last: lastDays)
        var slots = [UInt32](repeating: Self.none, count: Int(numbers.max() ?? 0) + 1)
        for (slot, number) in numbers.enumerated() { slots[Int(number)] = UInt32(slot) }
        self.slots = slots
    }

    /// `nil` of a number that is not in it.
    func slot(ofNumber number: Int) -> Int? {
        guard slots.indices.contains(number), slots[number] != Self.none else { return nil }
        return Int(slots[number])
    }

    func birth(at slot: Int) -> PartialDate? {
        births[slot] == Self.noBirth ? nil : StoredDate.date(Int(births[slot]))
    }

    /// Whose own names, and whose guardians' names, may be meant.
    ///
    /// - Parameter isByMonth: whether a birth in the same month stays in, as where the reader may see no more than the month.
    func candidates(_ query: NameQuery, isByMonth: Bool) -> (own: SlotSet, guardians: SlotSet) {
        var own = names.slots(query, of: count)
        var theirs = guardians.slots(query, of: count)
        guard let range = query.birth?.range else { return (own, theirs) }
        var (first, last) = (range.lowerBound, range.upperBound)
        if isByMonth {
            first = first.adding(days: 1 - first.day)
            last = last.adding(days: 1 - last.day).adding(months: 1).adding(days: -1)
        }
        let (from, to) = (Int32(clamping: first.number), Int32(clamping: last.number))
        let (firstDays, lastDays) = (firstDays, lastDays)
        if query.words.isEmpty {
            for slot in days.slots(from: from, to: to) { own.insert(Int(slot)) }
            for slot in days.vague where firstDays[Int(slot)] <= to && lastDays[Int(slot)] >= from {
                own.insert(Int(slot))
            }
        } else {
            own.filter { firstDays[$0] <= to && lastDays[$0] >= from }
            theirs.filter { firstDays[$0] <= to && lastDays[$0] >= from }
        }
        return (own, theirs)
    }

    /// The index without some persons: nothing of them is left in it.
    func without(_ gone: Set<Int>) -> NameIndex {
        guard !gone.isEmpty else { return self }
        var moved = [UInt32](repeating: Self.none, count: count)
        var (numbers, births): ([UInt32], [Int32]) = ([], [])
        for slot in self.numbers.indices where !gone.contains(Int(self.numbers[slot])) {
            moved[slot] = UInt32(numbers.count)
            numbers.append(self.numbers[slot])
            births.append(self.births[slot])
        }
        return NameIndex(
            numbers: numbers, births: births, names: names.moved(to: moved),
            guardians: guardians.moved(to: moved))
    }

    // MARK: bytes

    /// In pieces of one array each.
    var pieces: [[UInt8]] {
        [bytes(of: numbers), bytes(of: births)] + names.pieces + guardians.pieces
    }

    init(pieces: [[UInt8]]) throws {
        guard pieces.count == 10 else { throw ByteReader.damaged }
        let numbers: [UInt32] = try values(in: pieces[0])
        let births: [Int32] = try values(in: pieces[1])
        guard births.count == numbers.count else { throw ByteReader.damaged }
        self.init(
            numbers: numbers, births: births,
            names: try PartList(pieces: pieces[2..<6], slots: numbers.count),
            guardians: try PartList(pieces: pieces[6..<10], slots: numbers.count))
    }
}

/// Distinct folded parts of names in the order of their bytes, each with the slots of who has it: what begins alike stands together.
struct PartList: Sendable {
    private let text: [UInt8]
    /// Where each part ends in `text`.
    private let ends: [UInt32]
    /// Where each part's slots end in `slots`.
    private let slotEnds: [UInt32]
    private let slots: [UInt32]

    /// - Parameter parts: sorted by their bytes and distinct; slots ascending.
    init(_ parts: some Sequence<(text: String, slots: [UInt32])>) {
        var (text, ends, slotEnds, slots): ([UInt8], [UInt32], [UInt32], [UInt32]) = ([], [], [], [])
        for part in parts where !part.slots.isEmpty {
            text += part.text.utf8
            ends.append(UInt32(text.count))
            slots += part.slots
            slotEnds.append(UInt32(slots.count))
        }
        (self.text, self.ends, self.slotEnds, self.slots) = (text, ends, slotEnds, slots)
    }

    /// - Parameter moved: by slot, the new one; `UInt32.max` of who goes.
    func moved(to moved: [UInt32]) -> PartList {
        PartList(
            ends.indices.lazy.map { part in
                (
                    text: String(decoding: text[bytes(of: part)], as: UTF8.self),
                    slots: slots[slotRange(part..<part + 1)].map { moved[Int($0)] }.filter { $0 != .max }
                )
            })
    }

    /// Who has, for each word, a part that it begins; or one name whose parts were typed together.
    func slots(_ query: NameQuery, of count: Int) -> SlotSet {
        guard var found = query.words.first.map({ slots($0, of: count) }) else {
            return SlotSet(count: count)
        }
        for word in query.words.dropFirst() { found.keep(slots(word, of: count)) }
        if let joined = query.joined { found.add(slots(joined, of: count)) }
        return found
    }

    private func slots(_ word: NameQuery.Word, of count: Int) -> SlotSet {
        var found = SlotSet(count: count)
        found.insert(slots.span.extracting(slotRange(parts(beginningWith: word.beginning))))
        for cut in word.cuts {
            guard let whole = part(cut.whole) else { continue }
            let rest = parts(beginningWith: cut.beginning)
            guard !rest.isEmpty else { continue }
            var both = SlotSet(count: count)
            for slot in slots[slotRange(whole..<whole + 1)] { both.insert(Int(slot)) }
            for slot in slots[slotRange(rest)] where both.contains(Int(slot)) { found.insert(Int(slot)) }
        }
        return found
    }

    private func part(_ text: String) -> Int? {
        let place = firstPart { !self.text[$0].lexicographicallyPrecedes(text.utf8) }
        return place < ends.count && self.text[bytes(of: place)].elementsEqual(text.utf8) ? place : nil
    }

    private func parts(beginningWith text: String) -> Range<Int> {
        let first = firstPart { !self.text[$0].lexicographicallyPrecedes(text.utf8) }
        let count = text.utf8.count
        let end = firstPart {
            let beginning = self.text[$0].prefix(count)
            return !beginning.elementsEqual(text.utf8) && !beginning.lexicographicallyPrecedes(text.utf8)
        }
        return first..<max(first, end)
    }

    /// The first part for which `holds`, which then holds for all that follow.
    private func firstPart(_ holds: (Range<Int>) -> Bool) -> Int {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(bytes(of: middle)) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func bytes(of part: Int) -> Range<Int> {
        (part == 0 ? 0 : Int(ends[part - 1]))..<Int(ends[part])
    }

    private func slotRange(_ parts: Range<Int>) -> Range<Int> {
        func end(_ part: Int) -> Int { part < 0 ? 0 : Int(slotEnds[part]) }
        return end(parts.lowerBound - 1)..<end(parts.upperBound - 1)
    }

    fileprivate var pieces: [[UInt8]] {
        [text, Store.bytes(of: ends), Store.bytes(of: slotEnds), Store.bytes(of: slots)]
    }

    fileprivate init(pieces: ArraySlice<[UInt8]>, slots count: Int) throws {
        text = pieces[pieces.startIndex]
        ends = try values(in: pieces[pieces.startIndex + 1])
        slotEnds = try values(in: pieces[pieces.startIndex + 2])
        slots = try values(in: pieces[pieces.startIndex + 3])
        guard ends.count == slotEnds.count, Int(ends.last ?? 0) == text.count,
            Int(slotEnds.last ?? 0) == slots.count, slots.allSatisfy({ $0 < count })
        else { throw ByteReader.damaged }
    }
}

/// Collects the persons of a run; the same parts of names come again and again, and each is folded once.
struct NameIndexBuilder {
    private var persons: [(id: String, number: UInt32, birth: Int32, first: Int, second: Int)] = []
    /// Of all persons, one behind the other: folded parts, and where each person's end.
    private var (own, theirs): ([Int], [Int]) = ([], [])
    private var (ownEnds, theirEnds): ([Int], [Int]) = ([], [])
    private var folded: [String: Int] = ["": 0]
    private var texts = [""]
    private var words: [String: [Int]] = [:]

    mutating func add(_ id: PersonID, number: Int, _ display: Identifiers) {
        let order = display.displayName.map(SearchText.order(of:)) ?? (first: "", second: "")
        persons.append(
            (
                id: id.rawValue, number: UInt32(number),
                birth: display.birth.map { Int32(clamping: StoredDate.number($0)) } ?? NameIndex.noBirth,
                first: text(SearchText.folded(order.first)), second: text(SearchText.folded(order.second))
            ))
        for name in display.names { add(name, to: \.own) }
        for name in display.guardians { add(name, to: \.theirs) }
        ownEnds.append(own.count)
        theirEnds.append(theirs.count)
    }

    private mutating func add(_ name: NameForm, to list: WritableKeyPath<Self, [Int]>) {
        for part in SearchText.parts(of: name) {
            if let known = words[part] {
                self[keyPath: list] += known
                continue
            }
            let made = SearchText.foldedWords(of: part).map { text($0) }
            words[part] = made
            self[keyPath: list] += made
        }
    }

    private mutating func text(_ folded: String) -> Int {
        if let known = self.folded[folded] { return known }
        self.folded[folded] = texts.count
        texts.append(folded)
        return texts.count - 1
    }

    var index: NameIndex {
        // Byte by byte: what begins alike stands together.
        let sorted = texts.indices.sorted { texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8) }
        var ranks = [Int](repeating: 0, count: texts.count)
        for (rank, text) in sorted.enumerated() { ranks[text] = rank }
        let order = persons.indices.sorted { one, other in
            let (one, other) = (persons[one], persons[other])
            if one.first != other.first { return ranks[one.first] < ranks[other.first] }
            if one.second != other.second { return ranks[one.second] < ranks[other.second] }
            return one.id < other.id
        }
        func list(_ parts: [Int], _ ends: [Int]) -> PartList {
            var slots = [[UInt32]](repeating: [], count: texts.count)
            for (slot, person) in order.enumerated() {
                for part in parts[(person == 0 ? 0 : ends[person - 1])..<ends[person]]
                where slots[part].last != UInt32(slot) { slots[part].append(UInt32(slot)) }
            }
            return PartList(sorted.lazy.map { (text: texts[$0], slots: slots[$0]) })
        }
        return NameIndex(
            numbers: order.map { persons[$0].number }, births: order.map { persons[$0].birth },
            names: list(own, ownEnds), guardians: list(theirs, theirEnds))
    }
}

/// Little-endian, as every machine that renkei runs on.
private func bytes<Value: FixedWidthInteger>(of values: [Value]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
}

private func values<Value: FixedWidthInteger>(in bytes: [UInt8]) throws -> [Value] {
    let size = MemoryLayout<Value>.size
    guard bytes.count % size == 0 else { throw ByteReader.damaged }
    return [Value](unsafeUninitializedCapacity: bytes.count / size) { buffer, filled in
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
        filled = bytes.count / size
    }
}
