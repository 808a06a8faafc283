import Domain
import Foundation
import Linkage

/// The slow twin of the packed scorer: straight from the texts, one pair at a time, written without looking at it.
///
/// Simplifications that hold for the invented town: no Latin names.
struct NaiveScorer {
    let records: [LinkageRecord]
    let model: LinkageModel
    private let guardians: [[NameForm]]
    /// Of the register, and the only one of that birth day and family.
    private let soles: [Bool]
    private let prior: Double
    private let frequency: [String: (share: [String: Double], collision: Double)]

    init(_ records: [LinkageRecord], model: LinkageModel) {
        self.records = records
        self.model = model
        guardians = records.map { record in
            guard record.isSpine, let household = record.identifiers.household else {
                return record.identifiers.guardians
            }
            let others = records.filter {
                $0.isSpine && $0.identifiers.household == household && $0 != record
            }
            let day = record.identifiers.birth?.exactDay
            let named = others.filter { day == nil || $0.identifiers.birth?.exactDay != day }
            return record.identifiers.guardians
                + (others.count < 20 ? named.flatMap(\.identifiers.names) : [])
        }
        soles = records.map { record in
            let person = record.identifiers
            guard record.isSpine, let day = person.birth?.exactDay else { return false }
            func families(_ identifiers: Identifiers) -> Set<String> {
                Set(identifiers.names.flatMap { [$0.family, $0.familyKana] }).subtracting([""])
            }
            let born = records.filter { $0.identifiers.birth?.exactDay == day }
            let alike = born.filter {
                $0.isSpine
                    && (!families($0.identifiers).isDisjoint(with: families(person))
                        || person.household != nil && $0.identifiers.household == person.household)
            }
            return alike.count == 1
                && families(person).allSatisfy { family in
                    let namesakes = born.filter {
                        !$0.isSpine && $0.isUnique && families($0.identifiers).contains(family)
                    }
                    return Set(namesakes.map(\.source)).count == namesakes.count
                }
        }
        let parts: [(String, (NameForm) -> String)] = [
            ("given", \.given), ("givenKana", \.givenKana), ("family", \.family),
            ("familyKana", \.familyKana),
        ]
        var frequency: [String: (share: [String: Double], collision: Double)] = [:]
        for (name, part) in parts {
            let values = records.flatMap { Set($0.identifiers.names.map(part)).subtracting([""]) }
            let counts = Dictionary(grouping: values) { $0 }.mapValues {
                Double($0.count) / Double(values.count)
            }
            frequency[name] = (counts, counts.values.reduce(0) { $0 + $1 * $1 })
        }
        self.frequency = frequency
        prior = Self.prior(records, model)
    }

    /// Levels by comparison, 0 where there is nothing to compare.
    func levels(_ i: Int, _ j: Int) -> [String: String] {
        let (a, b) = (records[i].identifiers, records[j].identifiers)
        var levels: [String: String] = [:]
        let pairs = a.names.flatMap { x in b.names.map { (x, $0) } }
        levels["given"] = best(pairs.compactMap(given), of: .given)
        if levels["given"] != "swapped" {
            levels["family"] = best(pairs.compactMap(family), of: .family)
            let isEqual = ["kanjiEqual", "kanaEqual"].contains(levels["family"])
            if !isEqual, knows(a.names, guardians[j]) || knows(b.names, guardians[i]) {
                levels["family"] = "formerOrGuardian"
            }
        }
        if let x = a.birth, let y = b.birth { levels["birth"] = birth(x, y) }
        if levels["given"] == "different", levels["birth"] == "sameDay",
            isNamed(a.names, guardians[j]) || isNamed(b.names, guardians[i])
        {
            levels["given"] = nil
            if household(i, j) == nil { levels["household"] = "guardian" }
        }
        if let x = a.sex, let y = b.sex { levels["sex"] = x == y ? "same" : "different" }
        levels["household"] = household(i, j) ?? levels["household"]
        let isHousehold = ["address", "phone", "guardian", "building"].contains(levels["household"])
        if [nil, "kanaClose", "different"].contains(levels["given"]), levels["birth"] == "sameDay",
            ["kanjiEqual", "kanaEqual", "formerOrGuardian"].contains(levels["family"]),
            levels["sex"] != "different", soles[i] || soles[j],
            levels["given"] == nil && isHousehold || a.number != nil && a.number == b.number
                || pairs.contains(where: resemble)
        {
            levels["given"] = "sole"
        }
        if let x = a.school, let y = b.school {
            levels["school"] = school(x) == school(y) ? "same" : "different"
        }
        if let x = a.number, let y = b.number, x.space == y.space {
            levels["number"] = x.number == y.number ? "same" : "different"
        }
        return levels
    }

    func weight(_ i: Int, _ j: Int) -> Double {
        let levels = levels(i, j)
        var weight = 0.0
        for comparison in model.comparisons {
            guard let name = levels[comparison.comparison.rawValue],
                let level = comparison.levels.first(where: { $0.level == name })
            else { continue }
            weight += log2(level.m / level.u)
            if let term = comparison.termFrequency {
                weight += rarity(comparison.comparison.rawValue, name, floor: term.floor, i, j)
            }
        }
        let isFamily =
            ["address", "phone", "guardian", "building"].contains(levels["household"])
            || levels["school"] == "same"
                && ["kanjiEqual", "kanaEqual", "formerOrGuardian"].contains(levels["family"])
        let isFamilyOfTown =
            levels["household"] == "area" && levels["birth"] == "sameDay"
            && ["kanjiEqual", "kanaEqual", "formerOrGuardian"].contains(levels["family"])
        let isTwin =
            ["sameDay", "consistent"].contains(levels["birth"]) && (isFamily || isFamilyOfTown)
            && ["kanaClose", "different"].contains(levels["given"]) && levels["number"] != "same"
        return prior + weight + (isTwin ? model.guards.twinWeight : 0)
    }

    private static func prior(_ records: [LinkageRecord], _ model: LinkageModel) -> Double {
        var comparable = 0.0
        for (place, a) in records.enumerated() {
            for b in records[(place + 1)...] where mayMeet(a, b) { comparable += 1 }
        }
        let share = model.prior.partnersPerRecord * Double(records.count) / 2 / comparable
        return log2(share / (1 - share))
    }

    func mayMeet(_ i: Int, _ j: Int) -> Bool { Self.mayMeet(records[i], records[j]) }

    private static func mayMeet(_ a: LinkageRecord, _ b: LinkageRecord) -> Bool {
        !(a.isSpine && b.isSpine) && !(a.source == b.source && a.isUnique)
    }

    private func best(_ names: [String], of kind: ComparisonKind) -> String? {
        kind.levels.first { names.contains($0) }
    }

    private func whole(_ form: NameForm) -> (String, String) {
        (
            form.unsplit.isEmpty && !form.family.isEmpty && !form.given.isEmpty
                ? form.family + form.given : form.unsplit,
            form.unsplitKana.isEmpty && !form.familyKana.isEmpty && !form.givenKana.isEmpty
                ? form.familyKana + form.givenKana : form.unsplitKana
        )
    }

    /// `true` equal, `false` different, `nil` unknown.
    private func equal(_ a: String, _ b: String) -> Bool? {
        if a.isEmpty || b.isEmpty || isKana(a) != isKana(b) { return nil }
        if !a.contains("〓"), !b.contains("〓") { return a == b }
        if a.count != b.count { return false }
        let sure = zip(a, b).filter { $0 != "〓" && $1 != "〓" }
        if sure.isEmpty { return nil }
        return sure.allSatisfy { $0 == $1 }
    }

    private func isKana(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { ("ァ"..."ー").contains($0) }
    }

    private enum Said { case unknown, equal, close, different }

    /// One script of a form: family, given and whole name.
    private typealias Parts = (family: String, given: String, whole: String)

    private func kanji(_ form: NameForm) -> Parts { (form.family, form.given, whole(form).0) }
    private func kana(_ form: NameForm) -> Parts { (form.familyKana, form.givenKana, whole(form).1) }

    private func relations(_ a: Parts, _ b: Parts) -> (given: Said, family: Said) {
        if !a.whole.isEmpty, a.whole == b.whole, !a.whole.contains("〓") { return (.equal, .equal) }
        for (piece, split) in [(a, b), (b, a)]
        where piece.family.isEmpty && piece.given.isEmpty && !piece.whole.isEmpty && !split.family.isEmpty
            && !split.given.isEmpty
        {
            let (name, relation) = (piece.whole, said(part("", "", piece.whole, split.whole)))
            if name == split.family { return (.unknown, .equal) }
            if name == split.given { return (.equal, .unknown) }
            if relation == .equal { return (.equal, .equal) }
            if name.hasPrefix(split.family) { return (relation, .equal) }
            let rest = String(name.dropLast(split.given.count))
            guard split.given.count > 1, !rest.isEmpty, name.hasSuffix(split.given) else {
                return (relation, .unknown)
            }
            return (.equal, isKana(name) && naiveLevenshtein(rest, split.family) == 1 ? .close : .different)
        }
        let family = said(part(a.family, b.family, a.whole, b.whole))
        let isUnsaid = family == .different && (a.family.isEmpty || b.family.isEmpty)
        return (said(part(a.given, b.given, a.whole, b.whole)), isUnsaid ? .unknown : family)
    }

    private func said(_ isEqual: Bool?) -> Said {
        switch isEqual {
        case true?: .equal
        case false?: .different
        case nil: .unknown
        }
    }

    private func resemble(_ a: NameForm, _ b: NameForm) -> Bool {
        if relations(kanji(a), kanji(b)).given == .different,
            a.given.isEmpty || b.given.isEmpty || naiveLevenshtein(a.given, b.given) != 1
        {
            return false
        }
        if !a.givenKana.isEmpty, !b.givenKana.isEmpty {
            return near("", "", a.givenKana, b.givenKana) != nil
                || naiveLevenshtein(a.givenKana, b.givenKana) == 1
        }
        if [a, b].contains(where: { $0.givenKana.isEmpty && whole($0).1.isEmpty }) {
            return min(a.given.count, b.given.count) > 1 && naiveLevenshtein(a.given, b.given) == 1
                && isKana(a.given) == isKana(b.given)
        }
        return [(a, b), (b, a)].contains { piece, split in
            piece.familyKana.isEmpty && piece.givenKana.isEmpty && !split.familyKana.isEmpty
                && !split.givenKana.isEmpty && whole(piece).1.count > split.familyKana.count
                && whole(piece).1.hasPrefix(split.familyKana)
                && naiveLevenshtein(
                    String(whole(piece).1.dropFirst(split.familyKana.count)), split.givenKana) == 1
        }
    }

    private func part(_ a: String, _ b: String, _ wholeA: String, _ wholeB: String) -> Bool? {
        if !a.isEmpty, !b.isEmpty { return equal(a, b) }
        let relation = equal(wholeA, wholeB)
        return relation == false && naiveLevenshtein(wholeA, wholeB) == 1 ? nil : relation
    }

    private func given(_ a: NameForm, _ b: NameForm) -> String? {
        let (kanji, kana) = (
            relations(kanji(a), kanji(b)).given, relations(self.kana(a), self.kana(b)).given
        )
        if kanji == .equal { return "kanjiEqual" }
        if kana == .equal { return "kanaEqual" }
        let swapped =
            !a.family.isEmpty && !a.given.isEmpty && a.family == b.given && a.given == b.family
            || !a.familyKana.isEmpty && !a.givenKana.isEmpty && a.familyKana == b.givenKana
                && a.givenKana == b.familyKana
        if swapped { return "swapped" }
        let isInParts = !a.givenKana.isEmpty && !b.givenKana.isEmpty
        let (x, y) =
            isInParts
            ? (unvoiced(a.givenKana), unvoiced(b.givenKana)) : (unvoiced(whole(a).1), unvoiced(whole(b).1))
        if kanji == .unknown, !x.isEmpty, x == y { return "kanjiNear" }
        return near(a.given, b.given, a.givenKana, b.givenKana)
            ?? (kanji == .unknown && kana == .unknown ? nil : "different")
    }

    private func unvoiced(_ kana: String) -> String {
        String(
            kana.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
                ![0x3099, 0x309A, 0x30FC].contains($0.value)
            }.map(Character.init))
    }

    private func family(_ a: NameForm, _ b: NameForm) -> String? {
        if given(a, b) == "swapped" { return nil }
        let (kanji, kana) = (
            relations(kanji(a), kanji(b)).family, relations(self.kana(a), self.kana(b)).family
        )
        if kanji == .equal || kana == .equal {
            if a.kind == .former || b.kind == .former { return "formerOrGuardian" }
            return kanji == .equal ? "kanjiEqual" : "kanaEqual"
        }
        if let near = near(a.family, b.family, a.familyKana, b.familyKana) { return near }
        if kana == .close { return "kanaClose" }
        return kanji == .different || kana == .different ? "different" : nil
    }

    private func near(_ a: String, _ b: String, _ kanaA: String, _ kanaB: String) -> String? {
        guard !kanaA.isEmpty, !kanaB.isEmpty,
            naiveJaroWinkler(kanaA, kanaB) >= model.similarity.kanaCloseness
        else { return nil }
        return !a.isEmpty && !b.isEmpty && naiveLevenshtein(a, b) == 1 ? "kanjiNear" : "kanaClose"
    }

    private func knows(_ own: [NameForm], _ guardians: [NameForm]) -> Bool {
        let names = Set(guardians.flatMap { [$0.family, $0.familyKana] }).subtracting([""])
        return own.contains { names.contains($0.family) || names.contains($0.familyKana) }
    }

    private func isNamed(_ own: [NameForm], _ guardians: [NameForm]) -> Bool {
        let names = Set(guardians.flatMap { [whole($0).0, whole($0).1] }).subtracting([""])
        return own.contains { names.contains(whole($0).0) || names.contains(whole($0).1) }
    }

    private func birth(_ a: PartialDate, _ b: PartialDate) -> String {
        guard let x = a.exactDay, let y = b.exactDay else {
            return a.range.overlaps(b.range) ? "consistent" : "different"
        }
        if x == y { return "sameDay" }
        let differing = zip(x.description, y.description).filter { $0 != $1 }.count
        let isOtherMonth = (x.year, x.day) == (y.year, y.day)
        if differing == 1 || isOtherMonth || abs(x.number - y.number) == 1
            || (x.year, x.month, x.day) == (y.year, y.day, y.month)
        {
            return "slip"
        }
        if (x.year, x.month) == (y.year, y.month) { return "sameMonth" }
        if (x.month, x.day) == (y.month, y.day), abs(x.year - y.year) == 1 { return "yearOff" }
        return "different"
    }

    private func household(_ i: Int, _ j: Int) -> String? {
        let (a, b) = (records[i].identifiers, records[j].identifiers)
        let (x, y) = (a.address ?? Address(), b.address ?? Address())
        let haveTowns = !x.town.isEmpty && !y.town.isEmpty
        let isLot = haveTowns && x.town == y.town && !x.block.isEmpty && x.block == y.block
        if isLot, x.building == y.building { return "address" }
        if !Set(a.phones).isDisjoint(with: b.phones) { return "phone" }
        func wholes(_ forms: [NameForm]) -> Set<String> {
            Set(forms.flatMap { [whole($0).0, whole($0).1] }).subtracting([""])
        }
        let (left, right) = (wholes(guardians[i]), wholes(guardians[j]))
        if !left.isDisjoint(with: right) { return "guardian" }
        if isLot { return "building" }
        if haveTowns, x.town == y.town { return x.block.isEmpty || y.block.isEmpty ? "area" : "town" }
        if !haveTowns, !x.postcode.isEmpty, x.postcode == y.postcode { return "area" }
        let isKnown = haveTowns || !a.phones.isEmpty && !b.phones.isEmpty || !left.isEmpty && !right.isEmpty
        return isKnown ? "different" : nil
    }

    /// As the invented town's schools are written: with or without the city and 学校.
    private func school(_ written: String) -> String {
        written.replacingOccurrences(of: "若葉野市立", with: "").replacingOccurrences(of: "学校", with: "")
    }

    private func rarity(_ kind: String, _ level: String, floor: Double, _ i: Int, _ j: Int) -> Double {
        guard ["kanjiEqual", "kanaEqual"].contains(level) else { return 0 }
        let isKana = level == "kanaEqual"
        let (share, collision) = frequency[isKana ? kind + "Kana" : kind] ?? ([:], 0)
        let value: (NameForm) -> String =
            switch (kind, isKana) {
            case ("given", false): { $0.given }
            case ("given", true): { $0.givenKana }
            case (_, false): { $0.family }
            case (_, true): { $0.familyKana }
            }
        var best: Double?
        for x in records[i].identifiers.names {
            for y in records[j].identifiers.names {
                let said = isKana ? relations(kana(x), kana(y)) : relations(kanji(x), kanji(y))
                guard (kind == "given" ? said.given : said.family) == .equal else { continue }
                let most = max(share[value(x)] ?? 0, share[value(y)] ?? 0)
                if most > 0 { best = max(best ?? -.infinity, log2(collision / max(most, floor))) }
            }
        }
        return best ?? 0
    }
}

/// Jaro-Winkler on characters, after the definition.
func naiveJaroWinkler(_ left: String, _ right: String) -> Double {
    let (a, b) = (Array(left), Array(right))
    if a.isEmpty || b.isEmpty { return a.count == b.count ? 1 : 0 }
    let window = max(0, max(a.count, b.count) / 2 - 1)
    var taken = [Bool](repeating: false, count: b.count)
    var fromA: [Character] = []
    for (i, character) in a.enumerated() {
        let place = b.indices.first { !taken[$0] && abs($0 - i) <= window && b[$0] == character }
        guard let place else { continue }
        taken[place] = true
        fromA.append(character)
    }
    let fromB = b.indices.filter { taken[$0] }.map { b[$0] }
    guard !fromA.isEmpty else { return 0 }
    let m = Double(fromA.count)
    let halves = zip(fromA, fromB).filter { $0 != $1 }.count / 2
    let jaro = (m / Double(a.count) + m / Double(b.count) + (m - Double(halves)) / m) / 3
    let prefix = zip(a, b).prefix(4).prefix { $0 == $1 }.count
    return jaro + Double(prefix) * 0.1 * (1 - jaro)
}

/// Levenshtein on characters by the table; a geta mark equals anything.
func naiveLevenshtein(_ left: String, _ right: String) -> Int {
    let b = Array(right)
    var row = Array(0...b.count)
    for (i, x) in left.enumerated() {
        var next = [i + 1]
        for (j, y) in b.enumerated() {
            let cost = x == y || x == "〓" || y == "〓" ? 0 : 1
            next.append(min(next[j] + 1, row[j + 1] + 1, row[j] + cost))
        }
        row = next
    }
    return row[b.count]
}
