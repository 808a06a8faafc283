internal import Domain

/// Cuts records of one length into columns.
struct FixedWidthCuts {
    private typealias Kind = FixedWidthRecords.Kind

    /// What is counted of one byte's place over all records.
    private struct Place {
        /// A character begins here.
        var heads = 0
        /// A value begins here behind padding: three bytes of blanks or more.
        var starts = 0
        /// Another value begins within a few bytes instead.
        var startsBeside = 0
        /// A value ends before it and a blank stands here.
        var ends = 0
        var endsBeside = 0
        /// Values on both sides without a gap.
        var crossings = 0
        var digitCrossings = 0
        var digitsBefore = 0
        var filledBefore = 0
        /// Crossings from one width or alphabet to another.
        var changes = 0
        /// Crossings from digits to letters, or back.
        var mixes = 0
        /// A word begins here behind a gap as between the words of a name.
        var words = 0
    }

    private let records: FixedWidthRecords
    private let asOf: Day
    private var places: [Place]

    /// Bytes on either side in which another beginning speaks against one.
    private static let reach = 5

    init(_ records: FixedWidthRecords, asOf: Day) {
        self.records = records
        self.asOf = asOf
        places = [Place](repeating: Place(), count: records.length + 1)
        for kinds in records.kinds { count(kinds) }
    }

    var columns: [FixedWidthEvidence.Column] {
        var cuts = Set((1..<records.length).filter(isCut))
        let titles = headerStarts
        // No header begins inside values, nor at the second word of a name.
        let isTitled =
            titles.count >= 3 && titles.filter(cuts.contains).count * 10 >= titles.count * 6
            && titles.allSatisfy {
                (places[$0].crossings + places[$0].words) * 20 <= records.kinds.count || cuts.contains($0)
            }
        cuts.formUnion(dateCuts(cuts))
        if isTitled { cuts = cuts.union(titles).filter { records.first[$0] != .tail } }
        let starts = [0] + cuts.sorted() + [records.length]
        let ranges = joined(zip(starts, starts.dropFirst()).map { $0..<$1 }, titles: isTitled ? titles : [])
        return ranges.enumerated().map { index, range in
            let beside = [index - 1, index + 1].filter(ranges.indices.contains).map { ranges[$0] }
            return FixedWidthEvidence.Column(
                start: range.lowerBound, bytes: range.count,
                doubt: isTitled ? nil : doubt(range, beside: beside))
        }
    }

    /// Nothing but padding is no column: it belongs to the number behind it, else to the column before.
    private func joined(_ pieces: [Range<Int>], titles: [Int]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        for (index, piece) in pieces.enumerated() {
            let isBlank = records.kinds.allSatisfy { kinds in
                piece.allSatisfy { kinds[$0].isBlank || kinds[$0] == .tail && isBlankTail(kinds, $0) }
            }
            let next = pieces.indices.contains(index + 1) ? pieces[index + 1] : nil
            let isNumberNext = next.map { next in
                !titles.contains(next.lowerBound) && records.kinds.allSatisfy { isNumber($0[next]) }
            }
            if isBlank, isNumberNext ?? false, start == nil {
                start = piece.lowerBound
            } else if isBlank, !titles.contains(piece.lowerBound), start == nil, let last = ranges.popLast() {
                ranges.append(last.lowerBound..<piece.upperBound)
            } else {
                ranges.append((start ?? piece.lowerBound)..<piece.upperBound)
                start = nil
            }
        }
        return ranges
    }

    private func isBlankTail(_ kinds: [Kind], _ place: Int) -> Bool {
        kinds[...place].last { $0 != .tail } == .wideBlank
    }

    // MARK: - Counting

    private mutating func count(_ kinds: [Kind]) {
        var starts: [Int] = []
        var ends: [Int] = []
        var gap = Self.reach
        var before: Kind?
        var word: Kind?
        for (place, kind) in kinds.enumerated() where kind != .tail {
            places[place].heads += 1
            if let before, !before.isBlank {
                places[place].filledBefore += 1
                if before == .digit { places[place].digitsBefore += 1 }
            }
            if kind.isBlank {
                if let before, !before.isBlank { ends.append(place) }
                gap += kind == .wideBlank ? 2 : 1
            } else {
                if let before, !before.isBlank {
                    places[place].crossings += 1
                    if before == .digit, kind == .digit { places[place].digitCrossings += 1 }
                    if before.isNarrow != kind.isNarrow || (before == .kana) != (kind == .kana) {
                        places[place].changes += 1
                    } else if (before == .digit) != (kind == .digit) {
                        places[place].mixes += 1
                    }
                }
                if gap >= 3 {
                    starts.append(place)
                } else if gap > 0, word == kind {
                    places[place].words += 1
                }
                gap = 0
                word = kind
            }
            before = kind
        }
        for start in starts { places[start].starts += 1 }
        for end in ends { places[end].ends += 1 }
        note(starts, kinds) { $0.startsBeside += 1 }
        note(ends, kinds) { $0.endsBeside += 1 }
    }

    /// Marks the places near one of `found` at which this record has none.
    private mutating func note(_ found: [Int], _ kinds: [Kind], _ mark: (inout Place) -> Void) {
        var near: Set<Int> = []
        for place in found {
            near.formUnion(max(0, place - Self.reach)...min(records.length - 1, place + Self.reach))
        }
        for place in near where !found.contains(place) && (kinds[place].isBlank || kinds[place] == .tail) {
            mark(&places[place])
        }
    }

    // MARK: - Cuts

    private func isCut(_ index: Int) -> Bool {
        let (place, count) = (places[index], records.kinds.count)
        guard place.heads * 100 >= count * 98 else { return false }
        let least = max(2, count / 50)
        // Values that begin here behind padding, and a value before that fills its column now and then. A number that
        // runs across is one number, right-aligned.
        if place.starts >= least, place.startsBeside * 20 <= place.starts, place.digitCrossings == 0,
            (place.crossings - place.changes) * 10 <= count
        {
            return true
        }
        // Right-aligned numbers end here, all of them.
        if place.ends * 10 >= count * 3, place.crossings == 0, place.endsBeside == 0,
            place.digitsBefore * 100 >= place.filledBefore * 98
        {
            return true
        }
        // A few names in Latin letters behind a number change nothing.
        return place.crossings * 2 >= count && place.changes * 10 >= place.crossings * 9
            && place.changes + place.mixes == place.crossings
    }

    /// Where words begin in a first record without digits, as a line of headers does.
    private var headerStarts: [Int] {
        guard !records.first.contains(.digit) else { return [] }
        var starts: [Int] = []
        var before = Kind.blank
        for (place, kind) in records.first.enumerated() where kind != .tail {
            if !kind.isBlank, before.isBlank, place > 0, places[place].heads * 100 >= records.kinds.count * 98
            {
                starts.append(place)
            }
            before = kind
        }
        return starts
    }

    /// The beginnings and ends of dates that stand in a run of digits without a gap.
    private func dateCuts(_ cuts: Set<Int>) -> Set<Int> {
        let starts = [0] + cuts.sorted() + [records.length]
        var found: Set<Int> = []
        for (start, end) in zip(starts, starts.dropFirst()) where end - start >= 8 {
            var place = start
            while place + 7 <= end {
                guard let width = [8, 7].first(where: { place + $0 <= end && isDate(place..<place + $0) })
                else {
                    place += 1
                    continue
                }
                found.formUnion([place, place + width])
                place += width
            }
        }
        return found.subtracting([0, records.length])
    }

    /// Whether nearly every record has a date there: yyyyMMdd, or seven with an era's letter or digit in front; blanks, zeros
    /// and nines are none.
    private func isDate(_ range: Range<Int>) -> Bool {
        var (dates, others, months) = (0, 0, Set<Int>())
        for record in records.bytes {
            let text = record[range]
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x30 }) || text.allSatisfy({ $0 == 0x39 }) { continue }
            if let day = day(text) {
                dates += 1
                months.insert(day.month)
            } else {
                others += 1
                if others * 20 > records.bytes.count { return false }
            }
        }
        return dates >= 5 && months.count >= 3 && others * 50 <= dates
    }

    /// The year before an era's first, by its digit and its letter: 1 M, 2 T, 3 S, 4 H, 5 R.
    private static let yearBeforeEra: [UInt8: Int] = [
        0x31: 1867, 0x4D: 1867, 0x32: 1911, 0x54: 1911, 0x33: 1925, 0x53: 1925, 0x34: 1988, 0x48: 1988,
        0x35: 2018, 0x52: 2018,
    ]

    private func day(_ text: ArraySlice<UInt8>) -> Day? {
        var digits = text
        var era: Int?
        if text.count == 7, let first = text.first {
            era = Self.yearBeforeEra[first]
            guard era != nil else { return nil }
            digits = text.dropFirst()
        }
        var number = 0
        for byte in digits {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        let year = number / 10_000 + (era ?? 0)
        guard (1868...asOf.year + 10).contains(year) else { return nil }
        return Day(year, number / 100 % 100, number % 100)
    }

    // MARK: - Doubts

    private func doubt(_ range: Range<Int>, beside: [Range<Int>]) -> FixedWidthEvidence.Doubt? {
        let gaps = records.kinds.count { hasInnerGap($0[range]) }
        if gaps * 50 > records.kinds.count { return .gaps }
        let isShort = range.count <= 6 && range.lowerBound > 0 && places[range.lowerBound].starts > 0
        if isShort, places[range.lowerBound].crossings == 0, records.kinds.allSatisfy({ isNumber($0[range]) })
        {
            return .padding
        }
        guard isPacked(range) else { return nil }
        if range.count > 12 { return .joinedDigits }
        let isAlone = !beside.contains(where: isPacked)
        return range.count == 1 || isAlone || isDate(range) ? nil : .joinedDigits
    }

    /// Digits to the end behind blanks, or nothing.
    private func isNumber(_ kinds: ArraySlice<Kind>) -> Bool {
        kinds.drop { $0 == .blank }.allSatisfy { $0 == .digit }
    }

    /// Digits from end to end.
    private func isPacked(_ range: Range<Int>) -> Bool {
        let packed = records.kinds.count { $0[range].allSatisfy { $0 == .digit } }
        return packed * 10 >= records.kinds.count * 7
    }

    private func hasInnerGap(_ kinds: ArraySlice<Kind>) -> Bool {
        var gap: Int?
        for kind in kinds where kind != .tail {
            if kind.isBlank {
                gap = gap.map { $0 + (kind == .wideBlank ? 2 : 1) }
            } else {
                if let gap, gap >= 4 { return true }
                gap = 0
            }
        }
        return false
    }
}
