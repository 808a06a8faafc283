internal import Domain

/// The columns taken together: which of several meanings, whose, and what may not stand alone.
extension MappingSuggestion {
    mutating func settle() {
        if !profile.hasHeader { findRowPerson() }
        chooseItems()
        askAboutForeignFacts()
        settleNames()
        settlePeople()
        askAboutHouseholds()
        askAboutTwins()
        findDates()
        askAboutAges()
        orderCandidates()
    }

    /// What the other columns are about comes first.
    private mutating func orderCandidates() {
        for place in guesses.indices where guesses[place].candidates.count > 1 {
            let others = items(besides: place)
            let isLikely = { (meaning: ColumnMeaning) in meaning.item.map(others.contains) ?? false }
            let candidates = guesses[place].candidates
            guesses[place].candidates = candidates.filter(isLikely) + candidates.filter { !isLikely($0) }
        }
    }

    /// What is written, with the place of its guess.
    var written: [(place: Int, meaning: ColumnMeaning)] {
        guesses.indices.compactMap { place in
            if case .write(let meaning) = guesses[place].verdict { (place, meaning) } else { nil }
        }
    }

    func has(_ column: IdentityColumn, of whose: Whose) -> Bool {
        written.contains { $0.meaning == .identity(column, of: whose) }
    }

    private mutating func ask(_ place: Int, _ question: String, _ confidence: Double = Confidence.several) {
        let meaning: [ColumnMeaning] =
            if case .write(let meaning) = guesses[place].verdict { [meaning] } else { [] }
        guesses[place].candidates = meaning + guesses[place].candidates.filter { !meaning.contains($0) }
        guesses[place].verdict = .ask(question: question)
        guesses[place].confidence = confidence
    }

    private mutating func write(_ place: Int, _ meaning: ColumnMeaning, _ confidence: Double, _ why: String) {
        guesses[place].verdict = .write(meaning)
        guesses[place].confidence = confidence
        guesses[place].why = why
        guesses[place].candidates = []
    }

    private mutating func findRowPerson() {
        for (column, meaning, why) in RowPerson(profile).found {
            guard let place = guesses.firstIndex(where: { $0.columns == [column] }),
                case .ask = guesses[place].verdict, profile.doubt(of: column) == nil
            else { continue }
            write(place, .identity(meaning, of: .row), Confidence.valuesAlone, why)
        }
    }

    /// Items that some column speaks of, even where what it says is left open.
    private func items(besides place: Int) -> Set<ItemCode> {
        Set(
            guesses.indices.filter { $0 != place }.flatMap { other -> [ItemCode] in
                switch guesses[other].verdict {
                case .write(let meaning): return [meaning.item].compactMap(\.self)
                case .ask where guesses[other].confidence != Confidence.hint:
                    let items = Set(guesses[other].candidates.compactMap(\.item))
                    return items.count == 1 ? Array(items) : []
                default: return []
                }
            })
    }

    /// A header that is a part of several items belongs to the one that the other columns are about.
    private mutating func chooseItems() {
        for place in guesses.indices {
            guard case .ask = guesses[place].verdict, guesses[place].confidence == Confidence.several else {
                continue
            }
            let facts = guesses[place].candidates
            guard facts.count > 1, facts.allSatisfy({ $0.item != nil }) else { continue }
            let others = items(besides: place)
            let chosen = facts.filter { $0.item.map(others.contains) ?? false }
            guard chosen.count == 1 else { continue }
            write(place, chosen[0], Confidence.decided, "\(guesses[place].why)＋値＋ほかの列")
        }
    }

    /// Facts that their surroundings speak against: a nursery's item in a school's extract, and the day of an event
    /// where nothing tells the event.
    private mutating func askAboutForeignFacts() {
        let schools = profile.columns.filter(\.isSchoolByValues)
        let isSchool = schools.contains { $0.schoolShare >= 0.8 }
        let isNursery = schools.contains { $0.schoolShare <= 0.2 }
        for (place, meaning) in written {
            guard case .fact(let code, let kind) = meaning, let item = catalogue[code] else { continue }
            let lines = profile.form.titles + profile.columns.map(\.header)
            if let programme = words.programme(in: lines, besides: item) {
                ask(place, "「\(programme)」の抽出のようです。項目一覧にある制度のことかを確かめてください。")
                continue
            }
            let isOfNursery = item.title.contains("園") || item.title.contains("保育")
            if isSchool && isOfNursery && !item.title.contains("学校") || isNursery && item.title.contains("学校")
            {
                ask(place, "所属の列（学校か園か）と合いません。", Confidence.clash)
            } else if item.kind(kind)?.type == .day, item.kinds.contains(where: { $0.type == .code }),
                !items(besides: place).contains(code)
            {
                ask(place, "何の日付かを示すほかの列がありません。")
            } else if item.kind(kind)?.type == .day, let blank = sometimesBlankCode(of: code) {
                ask(place, "「\(blank)」が空の行でも同じ意味の日付かを確かめてください。空の行を除くなら when と書きます。")
            }
        }
    }

    /// The header of the item's code, where some rows have none: the end of a consultation that was never registered ends
    /// no registration.
    private func sometimesBlankCode(of item: ItemCode) -> String? {
        let codes = written.filter { $0.meaning.item == item && $0.meaning.isCode(catalogue) }
        let blank = codes.first { profile.columns[guesses[$0.place].columns[0]].fillRate < 1 }
        return blank.map { guesses[$0.place].header }
    }

    /// 名 and 児童名 are given names where a column of family names stands beside, else whole ones; a part without the other is none.
    private mutating func settleNames() {
        let kinds: [(family: IdentityColumn, given: IdentityColumn, whole: IdentityColumn)] = [
            (.family, .given, .name), (.familyKana, .givenKana, .kana),
        ]
        for whose in [Whose.row, .guardian, .applicant] {
            for kind in kinds {
                let (family, given) = (
                    ColumnMeaning.identity(kind.family, of: whose),
                    ColumnMeaning.identity(kind.given, of: whose)
                )
                let whole = ColumnMeaning.identity(kind.whole, of: whose)
                let hasFamily = has(kind.family, of: whose)
                for place in guesses.indices {
                    let candidates = guesses[place].candidates
                    if case .ask = guesses[place].verdict, candidates.contains(given),
                        candidates.contains(whole)
                    {
                        write(
                            place, hasFamily ? given : whole, Confidence.decided, "\(guesses[place].why)＋ほかの列"
                        )
                    } else if guesses[place].verdict == .write(whole), hasFamily, !has(kind.given, of: whose),
                        profile.columns[guesses[place].columns[0]].share(.words) < 0.2
                    {
                        write(place, given, Confidence.decided, "\(guesses[place].why)＋氏の列")
                    }
                }
                let hasBoth = has(kind.family, of: whose) && has(kind.given, of: whose)
                for (place, meaning) in written where meaning == family || meaning == given {
                    if has(kind.whole, of: whose) {
                        ask(place, "氏名の全体の列もあります。どちらを使うか確かめてください。")
                    } else if !hasBoth {
                        ask(place, "氏と名の、もう一方の列が分かりません。")
                    }
                }
            }
        }
    }

    /// Unnamed people are the row's person; only where none but guardians have a name, they are the guardian.
    private mutating func settlePeople() {
        let naming: [IdentityColumn] = [.name, .kana, .given, .givenKana, .number, .latin]
        let hasRow = naming.contains { has($0, of: .row) }
        for (place, meaning) in written {
            guard case .identity(let column, .applicant) = meaning else { continue }
            if hasRow {
                write(
                    place, .identity(column, of: .guardian), guesses[place].confidence,
                    guesses[place].why + "（こどもと並ぶ申請者）")
            } else {
                ask(place, "申請者が行の本人か、保護者かを確かめてください。")
            }
        }
        if !hasRow, naming.contains(where: { has($0, of: .guardian) }) {
            main = .guardian
            for (place, meaning) in written {
                guard case .identity(let column, .row) = meaning else { continue }
                guesses[place].verdict = .write(.identity(column, of: .guardian))
            }
        }
        for (place, meaning) in written {
            guard case .identity(let column, .guardian) = meaning else { continue }
            // What a mapping cannot keep of a guardian beside a child.
            if main == .child, [.school, .age, .relation, .household, .latin].contains(column) {
                ask(place, "保護者についての列です。使い道を確かめてください。")
            }
        }
    }

    /// Household and relation to its head belong together: 続柄 alone may be to anybody.
    private mutating func askAboutHouseholds() {
        let isRegister =
            has(.household, of: .row) && has(.relation, of: .row) && has(.number, of: .row) && main == .child
        guard !isRegister else { return }
        for (place, meaning) in written
        where meaning == .identity(.household, of: .row) || meaning == .identity(.relation, of: .row) {
            ask(place, "だれとの続柄（世帯）かを確かめてください。世帯番号と続柄は、住民記録でだけ使います。")
        }
    }

    /// Two columns of one meaning: which is meant, a person must say. Telephones may be several.
    private mutating func askAboutTwins() {
        let all = written
        for (place, meaning) in all
        where meaning != .identity(.phone, of: .row) && meaning != .identity(.phone, of: .guardian) {
            let twins = all.filter { $0.meaning == meaning && $0.place != place }
            if !twins.isEmpty {
                let others = twins.map { "「\(guesses[$0.place].header)」" }.joined(separator: "、")
                ask(place, "\(others)と同じ意味に見えます。どちらを使うか確かめてください。")
            }
        }
        for (place, meaning) in written {
            guard case .identity(let column, let whose) = meaning, column == .town || column == .block,
                has(.address, of: whose)
            else { continue }
            ask(place, "住所の全体の列もあります。どちらを使うか確かめてください。")
        }
        // Half an address is none.
        for (place, meaning) in written {
            guard case .identity(let column, let whose) = meaning,
                [.town, .block, .building, .postcode].contains(column)
            else { continue }
            if !has(.address, of: whose), !has(.town, of: whose) {
                ask(place, "住所のほかの部分の列が分かりません。")
            }
        }
    }
}

extension ColumnProfile {
    /// Of the names of schools and nurseries, the part that are schools.
    fileprivate var schoolShare: Double {
        let schools = values.filter { $0.value.look.contains(.school) }
        let count = schools.reduce(0) { $0 + $1.value.count }
        let isSchool = schools.filter { Cell.folded($0.key).hasSuffix("学校") || $0.key.hasSuffix("学園") }
        return count == 0 ? 0.5 : Double(isSchool.reduce(0) { $0 + $1.value.count }) / Double(count)
    }
}
