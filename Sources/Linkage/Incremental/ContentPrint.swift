/// 128 bits of some content, the same on every night and machine; what is equal has equal prints.
///
/// Two different contents of a city share one with a probability of some 10⁻²⁶. It is without a key, so it is kept only
/// under a seal.
struct ContentPrint: Hashable, Sendable {
    /// Both 0 for nothing at all.
    private(set) var high: UInt64 = 0
    private(set) var low: UInt64 = 0

    init() {}

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    func hash(into hasher: inout Hasher) { hasher.combine(high) }

    /// Adds a value behind those before it.
    mutating func add(_ value: UInt64) {
        high = mix(high ^ value)
        low = mix(low &+ value &* 0xD6E8_FEB8_6659_FD93 &+ 1)
    }

    mutating func add(_ other: ContentPrint) {
        high = mix(high ^ other.high)
        low = mix(low &+ other.low &* 0xD6E8_FEB8_6659_FD93 &+ 1)
    }

    /// Adds a member to a bag, whose order says nothing.
    mutating func addMember(_ member: ContentPrint) {
        high &+= mix(member.high ^ 0x9216_D5D9_8979_FB1B)
        low &+= mix(member.low ^ 0xD131_0BA6_98DF_B5AC)
    }
}

extension RecordColumns {
    /// By record, a print of all of it that a comparison or a blocking rule can see: two pairs of equal prints have one
    /// agreement pattern and share the same blocks.
    func prints() -> [ContentPrint] {
        let forms = forms.map { form in
            var print = ContentPrint()
            print.add((form.isFormer ? 1 : 0) + (form.hasMiddle ? 2 : 0))
            for part in [
                form.family, form.given, form.familyKana, form.givenKana, form.whole, form.wholeKana,
            ] {
                print.add(text.prints[Int(part)])
            }
            return print
        }
        return (0..<count).map { record in
            var print = ContentPrint()
            print.add((exclusion[record] == Self.spine ? 1 : 0) + (isSole[record] ? 2 : 0))
            print.add(text.prints[Int(groupSources[Int(exclusion[record])])])
            add(names, record, of: forms, to: &print)
            // Also those that other members of the household lend it.
            for texts in [guardianFamilies, guardians, phones] {
                add(texts, record, of: text.prints, to: &print)
            }
            births[record].add(to: &print)
            print.add(UInt64(sexes[record]))
            for part in [
                towns[record], lots[record], homes[record], postcodes[record], schools[record],
                numberSpaces[record], numbers[record],
            ] {
                print.add(text.prints[Int(part)])
            }
            return print
        }
    }

    private func add(
        _ column: RaggedColumn, _ record: Int, of prints: [ContentPrint], to print: inout ContentPrint
    ) {
        var bag = ContentPrint()
        for place in column.range(record) { bag.addMember(prints[Int(column.values[place])]) }
        print.add(bag)
    }
}

extension EncodedBirth {
    fileprivate func add(to print: inout ContentPrint) {
        print.add(UInt64(precision.rawValue) << 32 | UInt64(digits))
        print.add(UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: last)))
    }
}

extension CandidatePairs {
    /// The records' prints with how their blocks were split, on which it depends whether two of a block are compared.
    ///
    /// So a record is as it was only if all its large blocks are split as they were, and a pair of two such records is a
    /// candidate, by the same rule, exactly if it was one.
    func prints(of columns: RecordColumns) -> [ContentPrint] {
        var prints = columns.prints()
        for (number, rule) in rules.enumerated() {
            for (block, split) in rule.splits {
                let entries = rule.entries[rule.blocks[block]]
                var print = ContentPrint()
                print.add(UInt64(number) << 32 | UInt64(split))
                print.add(entries.first?.key ?? 0)
                for entry in entries { prints[Int(entry.record)].addMember(print) }
            }
        }
        return prints
    }
}
