package import Domain
internal import Foundation

/// The cases of one rule, read from `<rule>.json5` and checked: a slip in a case must not look like a rule that finds nobody.
package enum RuleCaseFile {
    private struct Text: Decodable {
        let rule: Placed<RuleID>
        let day: Day
        let cases: [CaseText]
    }

    private struct CaseText: Decodable {
        let name: String
        let born: Placed<String>?
        let facts: [Placed<String>]?
        let around: [MemberText]?
        let resident: Bool?
        let stale: [Placed<SourceID>]?
        let absent: [Placed<SourceID>]?
        let withheld: [Placed<ItemCode>]?
        let on: Day?
        let expect: Placed<String>
    }

    private struct MemberText: Decodable {
        let born: Placed<String>?
        let facts: [Placed<String>]
    }

    /// Reads every case file of a folder, in the order of their names.
    ///
    /// - Throws: `Faults` of kind `.configuration`, all that were found in all files.
    package static func load(folder: String, catalogue: Catalogue, sources: CaseSources) throws -> [RuleCase]
    {
        let listed = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var (cases, faults): ([RuleCase], [Fault]) = ([], [])
        for name in listed.filter({ $0.hasSuffix(".json5") }).sorted() {
            do {
                let file = try ConfigurationFile.load("\(folder)/\(name)", name: name)
                cases += try read(file, stem: String(name.dropLast(".json5".count)), catalogue, sources)
            } catch let found as Faults {
                faults += found.all
            } catch let fault as Fault {
                faults.append(fault)
            }
        }
        if let faults = Faults(faults) { throw faults }
        return cases
    }

    private static func read(
        _ file: ConfigurationFile, stem: String, _ catalogue: Catalogue, _ sources: CaseSources
    ) throws -> [RuleCase] {
        let text: Text = try file.decode()
        var faults: [Fault] = []
        func report(_ node: ConfigurationNode, _ message: String, _ fix: String) {
            faults.append(node.fault("rule-case", message, fix: fix))
        }
        func member(_ born: Placed<String>?, _ facts: [Placed<String>]) -> RuleCase.Member {
            if let born, Day(iso: born.value) == nil {
                report(born.node, "生年月日が読めません。", "「2020-04-01」の形で書いてください。")
            }
            for fact in facts {
                if let wrong = mistake(in: fact.value, catalogue) {
                    report(fact.node, wrong.message, wrong.fix)
                }
            }
            return RuleCase.Member(born: born?.value, facts: facts.map(\.value))
        }
        if text.rule.value.rawValue != stem {
            report(text.rule.node, "規則のidとファイル名（\(stem).json5）が違います。", "どちらかに合わせてください。")
        }
        let known = Set(sources.sources.map(\.id))
        let cases = text.cases.map { written in
            for source in (written.stale ?? []) + (written.absent ?? []) where !known.contains(source.value) {
                let near = nearest(source.value.rawValue, in: known.map(\.rawValue).sorted())
                report(
                    source.node, "「\(source.value)」という記録元はありません。",
                    near.map { "「\($0)」の書き誤りではありませんか。" } ?? "対応付けのidを書いてください。")
            }
            for item in written.withheld ?? [] where catalogue[item.value] == nil {
                report(item.node, "項目「\(item.value)」は項目の一覧にありません。", "Guidelines/items を確かめてください。")
            }
            let words = ["該当 ", "候補にしない ", "対象外", "時期前 ", "なし", "判定できない "]
            if !words.contains(where: { written.expect.value.hasPrefix($0) }) {
                report(
                    written.expect.node, "この結果の書き方はありません。", "次のどれかで始めてください: \(words.joined(separator: "、"))")
            }
            var test = RuleCase(
                rule: text.rule.value, name: written.name,
                own: member(written.born, written.facts ?? []), day: written.on ?? text.day,
                expected: written.expect.value)
            test.isResident = written.resident ?? true
            test.around = (written.around ?? []).map { member($0.born, $0.facts) }
            test.stale = Set((written.stale ?? []).map(\.value))
            test.absent = Set((written.absent ?? []).map(\.value))
            test.withheld = Set((written.withheld ?? []).map(\.value))
            return test
        }
        if let faults = Faults(faults) { throw faults }
        return cases
    }

    private static func mistake(in text: String, _ catalogue: Catalogue) -> (message: String, fix: String)? {
        guard let written = CaseFact(text) else {
            return ("「\(text)」は記録として読めません。", "「B06.18m=未受診@2026-05」のように書いてください。")
        }
        guard let kind = catalogue[written.fact.item]?.kind(written.fact.kind) else {
            return ("「\(text)」の項目は、項目の一覧にありません。", "Guidelines/items を確かめてください。")
        }
        switch (kind.type, written.fact.value) {
        case (.number, .number), (.day, .day): return nil
        case (.day, _) where written.fact.on == nil: return nil
        case (.code, .code(let word)) where kind.codes?.contains(word) == true: return nil
        default: return ("「\(text)」の値は、この項目にありません。", "Guidelines/items を確かめてください。")
        }
    }
}
