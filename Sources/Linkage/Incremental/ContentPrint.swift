package import Domain

extension ContentPrint {
    /// Of all that identifies somebody: where it comes again, every part of it is as it was.
    package init(_ identifiers: Identifiers) {
        self.init()
        add(identifiers.names)
        add(identifiers.guardians)
        switch identifiers.birth {
        case nil: add(0)
        case .day(let day): add(1, day.number)
        case .month(let year, let month): add(2, year * 12 + month)
        case .year(let year): add(3, year)
        case .age(let age, let day):
            add(4, day.number)
            add(UInt64(bitPattern: Int64(age)))
        }
        add(identifiers.sex.map { $0 == .male ? 1 : 2 } ?? 0)
        if let address = identifiers.address {
            for part in [address.postcode, address.town, address.block, address.building, address.written] {
                add(part)
            }
        } else {
            add(UInt64.max)
        }
        add(UInt64(identifiers.phones.count))
        for phone in identifiers.phones { add(phone) }
        for part in [
            identifiers.school, identifiers.number?.space, identifiers.number?.number,
            identifiers.household?.rawValue, identifiers.relation,
        ] {
            if let part { add(part) } else { add(UInt64.max) }
        }
    }

    private mutating func add(_ forms: [NameForm]) {
        add(UInt64(forms.count))
        for form in forms {
            add(form.kind.rawValue)
            for part in [
                form.family, form.given, form.familyKana, form.givenKana, form.unsplit, form.unsplitKana,
                form.written, form.writtenKana,
            ] {
                add(part)
            }
        }
    }

    private mutating func add(_ form: UInt64, _ number: Int) {
        add(form)
        add(UInt64(bitPattern: Int64(number)))
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
