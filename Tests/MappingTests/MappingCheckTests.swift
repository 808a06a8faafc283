import Domain
import Foundation
import TestSupport
import Testing

@testable import Mapping

@Suite struct MappingCheckTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let text: String
        let code: String
        let field: String?
        let hint: String
        var testDescription: String { "\(code) \(field ?? "-")" }
    }

    @Test func codesThatFoldTogetherMayMeanTheSame() {
        let columns = "'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '１': '受給中', '2': null } }"
        #expect(faults(of: mappingText(columns: columns)).isEmpty)
    }

    static let mistakes: [Mistake] = [
        // head
        Mistake(
            text: mappingText(head: "unqiue: true,"), code: "configuration.unknown-key", field: "unqiue",
            hint: "unique"),
        Mistake(
            text: mappingText(head: "required: true,"), code: "configuration.duplicate-key",
            field: "required", hint: ""),
        Mistake(
            text: mappingText().replacing("rowDropLimit", with: "rowDroplimit"),
            code: "configuration.unknown-key",
            field: "rowDroplimit", hint: "rowDropLimit"),
        Mistake(
            text: mappingText().replacing("rowDropLimit: 0.2,", with: ""),
            code: "configuration.missing-key",
            field: nil, hint: "rowDropLimit"),
        Mistake(
            text: mappingText().replacing("freshnessDays: 30", with: "freshnessDays: 'x'"),
            code: "configuration.type",
            field: "freshnessDays", hint: ""),
        Mistake(
            text: mappingText().replacing("freshnessDays: 30", with: "freshnessDays: 0"),
            code: "configuration.range",
            field: "freshnessDays", hint: ""),
        Mistake(
            text: mappingText().replacing("0.2", with: "30"), code: "configuration.range",
            field: "rowDropLimit",
            hint: "0.3"),
        Mistake(
            text: mappingText().replacing("format: {}", with: "format: { encoding: 'sjis' }"),
            code: "configuration.value", field: "format.encoding", hint: "cp932"),
        Mistake(
            text: mappingText().replacing("source: 'sample'", with: "source: '住民'"),
            code: "configuration.value",
            field: "source", hint: "半角"),
        // people
        Mistake(text: mappingText(people: ""), code: "configuration.empty", field: "people", hint: "child"),
        Mistake(
            text: mappingText(people: "chlid: { names: [{ written: '氏名' }] },"),
            code: "configuration.unknown-key",
            field: "people.chlid", hint: "child"),
        Mistake(
            text: mappingText(people: "child: { names: [{ writen: '氏名' }] },"),
            code: "configuration.unknown-key",
            field: "people.child.names[0].writen", hint: "written"),
        Mistake(
            text: mappingText(people: "child: { names: [{ written: '氏名' }], school: '氏名' },"),
            code: "mapping.column-twice", field: "people.child.school", hint: ""),
        Mistake(
            text: mappingText(people: "child: { birth: { age: '年齢', ageOn: '受付日' } },"),
            code: "mapping.unknown-column", field: "people.child.birth.ageOn", hint: ""),
        Mistake(
            text: mappingText(people: "child: { sex: { column: '性別', codes: { '1': '男性' } } },"),
            code: "configuration.value", field: "people.child.sex.codes.1", hint: "男、女"),
        Mistake(
            text: mappingText(people: "child: { names: [{ written: '{月}氏名' }] },"), code: "mapping.month",
            field: "people.child.names[0].written", hint: ""),
        // What folds together has one meaning.
        Mistake(
            text: mappingText(people: "child: { sex: { column: '性別', codes: { '1': '男', '１': '女' } } },"),
            code: "mapping.codes", field: "people.child.sex.codes.１", hint: ""),
        Mistake(
            text: mappingText(
                columns: "'a': { item: 'C01', kind: 'status', codes: { '1': '受給中', '１': '消滅' } }"),
            code: "mapping.codes", field: "columns.a.codes.１", hint: "同じ意味"),
        Mistake(
            text: mappingText(
                columns:
                    "'a': { item: 'B06', kind: { from: 'b', codes: { 'ｱ': '4m', 'ア': null } }, value: '受診' }, 'b': { usedFor: '種別' }"
            ),
            code: "mapping.codes", field: "columns.a.kind.codes.ｱ", hint: ""),
        Mistake(
            text: mappingText(head: "serialDates: '誕生日',"), code: "mapping.unknown-column",
            field: "serialDates", hint: ""),
        // columns
        Mistake(
            text: mappingText(columns: "'氏名': { drop: '不要' }"), code: "mapping.column-twice",
            field: "columns.氏名",
            hint: ""),
        Mistake(
            text: mappingText(columns: "'a': { drop: '不要' }, 'a': { drop: '不要' }"),
            code: "configuration.duplicate-key",
            field: "columns.a", hint: ""),
        Mistake(
            text: mappingText(columns: "'備考': { drop: ' ' }"), code: "configuration.value",
            field: "columns.備考.drop", hint: "理由"),
        Mistake(
            text: mappingText(columns: "'備考': { drop: '不要', item: 'B06' }"),
            code: "configuration.unknown-key",
            field: "columns.備考.item", hint: ""),
        Mistake(
            text: mappingText(columns: "'備考': {}"), code: "configuration.value", field: "columns.備考",
            hint: "item"),
        Mistake(
            text: mappingText(columns: "'受診日': { usedFor: '日付' }"), code: "mapping.unused",
            field: "columns.受診日",
            hint: "drop"),
        // facts
        Mistake(
            text: mappingText(columns: "'欠席': { item: 'F13', kind: 'absent_days' }"), code: "mapping.item",
            field: "columns.欠席.item", hint: "F03"),
        Mistake(
            text: mappingText(columns: "'欠席': { item: 'F03', kind: 'absence_days' }"), code: "mapping.kind",
            field: "columns.欠席.kind", hint: "absent_days"),
        Mistake(
            text: mappingText(columns: "'状況': { item: 'C01', kind: 'status', codes: { '1': '受給' } }"),
            code: "mapping.code", field: "columns.状況.codes.1", hint: "受給中"),
        Mistake(
            text: mappingText(columns: "'状況': { item: 'C01', kind: 'status', otherwise: 'その他' }"),
            code: "mapping.code",
            field: "columns.状況.otherwise", hint: "受給中"),
        Mistake(
            text: mappingText(columns: "'状況': [{ item: 'C01', kind: 'status', value: '消えた' }]"),
            code: "mapping.code",
            field: "columns.状況[0].value", hint: "受給中"),
        Mistake(
            text: mappingText(columns: "'欠席': { item: 'F03', kind: 'absent_days', codes: { '1': '2' } }"),
            code: "mapping.type", field: "columns.欠席.codes", hint: ""),
        Mistake(
            text: mappingText(
                columns: "'日': { item: 'A06', kind: { from: '氏名', codes: { a: 'measure', b: 'ended' } } }"),
            code: "mapping.type", field: "columns.日.item", hint: ""),
        Mistake(
            text: mappingText(columns: "'状況': { item: 'C01', kind: 'status', on: '氏名日' }"),
            code: "mapping.unknown-column", field: "columns.状況.on", hint: "氏名"),
        Mistake(
            text: mappingText(columns: "'状況': { item: 'C01', kind: 'status', when: { '状態': ['1'] } }"),
            code: "mapping.unknown-column", field: "columns.状況.when.状態", hint: "状況"),
        Mistake(
            text: mappingText(
                columns: "'状況': { item: 'C01', kind: 'status', when: { '状況': { is: ['1'] } } }"),
            code: "configuration.value", field: "columns.状況.when.状況", hint: ""),
        Mistake(
            text: mappingText(columns: "'状況': { item: 'C01', kind: 'status', of: 'guardian' }"),
            code: "mapping.people",
            field: "columns.状況.of", hint: "people"),
        Mistake(
            text: mappingText(columns: "'状況': { item: 'C01', kind: 'status', onError: 'ignore' }"),
            code: "configuration.value", field: "columns.状況.onError", hint: "reject、drop"),
        // synonyms
        Mistake(
            text: mappingText(head: "synonyms: { '氏明': ['名前'] },"), code: "mapping.unknown-column",
            field: "synonyms.氏明", hint: "氏名"),
        Mistake(
            text: mappingText(head: "synonyms: { '氏名': ['a'] },", columns: "'a': { drop: '不要' }"),
            code: "mapping.synonym", field: "synonyms.氏名[0]", hint: ""),
        Mistake(
            text: mappingText(
                head: "synonyms: { '氏名': ['名前'], 'a': ['名前'] },", columns: "'a': { drop: '不要' }"),
            code: "mapping.synonym", field: "synonyms.氏名[0]", hint: ""),
        Mistake(
            text: mappingText(head: "synonyms: { '氏名': ['{月}氏名'] },"), code: "mapping.month",
            field: "synonyms.氏名[0]", hint: "{月}"),
        // checks
        Mistake(
            text: mappingText(head: "checks: { '氏明': { required: true } },"),
            code: "mapping.unknown-column", field: "checks.氏明", hint: "氏名"),
        Mistake(
            text: mappingText(head: "checks: { '氏名': {} },"), code: "configuration.empty",
            field: "checks.氏名", hint: "required"),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { pattern: '(a|b)' } },"), code: "mapping.pattern",
            field: "checks.氏名.pattern", hint: "[0-9A-Z]"),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { number: { min: 3, max: 2 } } },"),
            code: "mapping.range", field: "checks.氏名.number", hint: "入れ替え"),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { date: { from: '2026-04-01', to: '2025-04-01' } } },"),
            code: "mapping.range", field: "checks.氏名.date", hint: "入れ替え"),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { date: { to: 'R8.4.1' } } },"),
            code: "configuration.value", field: "checks.氏名.date.to", hint: "extract"),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { date: { to: '2026-02-30' } } },"),
            code: "configuration.value", field: "checks.氏名.date.to", hint: ""),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { notBefore: '生年月日' } },"),
            code: "mapping.unknown-column", field: "checks.氏名.notBefore", hint: ""),
        Mistake(
            text: mappingText(head: "checks: { '氏名': { required: true, onError: 'drop' } },"),
            code: "configuration.value", field: "checks.氏名.onError", hint: "reject、warn"),
        // record keys and deltas
        Mistake(
            text: mappingText(head: "key: '番号',"), code: "mapping.unknown-column", field: "key", hint: ""),
        Mistake(
            text: mappingText(head: "load: 'delta',"), code: "mapping.delta", field: "load", hint: "key"),
        Mistake(
            text: mappingText(head: "key: '氏名', deleted: { column: '氏名', codes: ['D'] },"),
            code: "mapping.delta", field: "deleted", hint: "load"),
        Mistake(
            text: mappingText(head: "load: 'delta', key: '氏名', deleted: { column: '区分', codes: ['D'] },"),
            code: "mapping.unknown-column", field: "deleted.column", hint: ""),
        // a register's changes: one key, one number
        Mistake(
            text: mappingText(head: "spine: true, load: 'delta', key: '氏名',"), code: "mapping.delta",
            field: "key", hint: "number"),
        Mistake(
            text: mappingText(
                head: "spine: true, load: 'delta', key: ['番号', '氏名'],",
                people: "child: { number: '番号', names: [{ written: '氏名' }] },"),
            code: "mapping.delta", field: "key[0]", hint: "number"),
        // filters
        Mistake(
            text: mappingText(head: "outside: [{ when: { '番号': ['合計'] }, reason: '合計' }],"),
            code: "mapping.unknown-column", field: "outside[0].when.番号", hint: ""),
    ]

    @Test(arguments: mistakes) func aMistakeIsToldWithItsPlaceAndAHint(mistake: Mistake) throws {
        let found = faults(of: mistake.text)
        try #require(found.count == 1, "\(found)")
        #expect(found[0].code == mistake.code && found[0].field == mistake.field, "\(found[0])")
        #expect(found[0].line != nil && found[0].kind == .configuration)
        #expect(mistake.hint.isEmpty || found[0].fix.contains(mistake.hint), "\(found[0])")
    }

    @Test func theSoundTextBehindTheMistakesHasNone() throws {
        #expect(faults(of: mappingText()).isEmpty)
    }

    @Test func allMistakesOfAFileAreToldAtOnceEachOnItsLine() {
        let text = mappingText(
            columns: """

                '欠席': { item: 'F30', kind: 'absent_days' },
                '状況': { item: 'C01', kind: 'state' },
                '備考': { drop: '' },
                '遅刻': { item: 'F03', kind: 'late_days', on: '月' },
                """)
        let found = faults(of: text)
        #expect(
            Set(found.map(\.code)) == [
                "mapping.item", "mapping.kind", "configuration.value", "mapping.unknown-column",
            ])
        #expect(Set(found.compactMap(\.line)) == [6, 7, 8, 9])
    }

    /// Texts of the files of a set, and the code and file of the fault they make together.
    @Test(arguments: [
        (["a": mappingText(source: "a")], "mapping.spine", nil),
        (
            [
                "a": mappingText(source: "a", head: "spine: true,"),
                "b": mappingText(source: "b", head: "spine: true,"),
            ],
            "mapping.spine", "Mappings/city/b.json5"
        ),
        (
            [
                "a": mappingText(source: "a", head: "spine: true,"),
                "b": mappingText(source: "a").replacing("file: 'a'", with: "file: 'b'"),
            ],
            "mapping.source-twice", "Mappings/city/b.json5"
        ),
        (
            [
                "a": mappingText(source: "a", head: "spine: true,"),
                "b": mappingText(source: "b").replacing("file: 'b'", with: "file: 'a'"),
            ],
            "mapping.file-twice", "Mappings/city/b.json5"
        ),
        (
            [
                "a": mappingText(source: "a", head: "spine: true, numberSpace: 'atena',"),
                "b": mappingText(source: "b", head: "numberSpace: 'atena',"),
                "c": mappingText(source: "c", head: "numberSpace: 'atna',"),
            ],
            "mapping.number-space", "Mappings/city/c.json5"
        ),
        (
            [
                "a": mappingText(source: "a", head: "spine: true,"),
                "b": mappingText(source: "b", head: "checks: { '氏名': { in: 'a' } },"),
            ],
            "mapping.reference", "Mappings/city/b.json5"
        ),
        (
            [
                "a": mappingText(
                    source: "a", head: "spine: true, checks: { n: { in: 'b' } },",
                    people: "child: { number: 'n' },"),
                "b": mappingText(
                    source: "b", head: "checks: { n: { in: 'a' } },", people: "child: { number: 'n' },"),
            ],
            "mapping.reference", "Mappings/city/a.json5"
        ),
        (
            ["a": mappingText(source: "a", head: "spine: true,"), "b": "{"], "configuration.syntax",
            "Mappings/city/b.json5"
        ),
        ([:], "mapping.spine", nil),
    ])
    func mappingsThatDoNotGoTogetherAreRefused(files: [String: String], code: String, file: String?) throws {
        let folder = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("city"), withIntermediateDirectories: true)
        for (name, text) in files { try folder.write(Array(text.utf8), to: "city/\(name).json5") }
        let faults = try #require(
            throws: Faults.self,
            performing: { try MappingSet.load(folder: folder.path, catalogue: catalogue) })
        #expect(faults.all.map(\.code) == [code] && faults.all[0].file == file, "\(faults)")
    }

    @Test func anExtractIsReadAfterThoseItIsCheckedAgainst() throws {
        let folder = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("city"), withIntermediateDirectories: true)
        for (name, head) in [
            ("s", "spine: true, checks: { n: { in: 'z' } },"), ("b", "checks: { n: { in: 's' } },"),
            ("a", ""),
            ("z", ""),
        ] {
            let text = mappingText(source: name, head: head, people: "child: { number: 'n' },")
            try folder.write(Array(text.utf8), to: "city/\(name).json5")
        }
        let set = try MappingSet.load(folder: folder.path, catalogue: catalogue)
        #expect(set.all.map(\.source) == ["a", "z", "s", "b"])
    }

    /// Any damage to a real mapping file ends in faults or in a mapping, never in a crash.
    @Test func aDamagedFileNeverCrashesTheCheck() throws {
        var random = SeededGenerator(seed: testSeed)
        let text = try String(contentsOfFile: mappingsFolder + "/kenko/kenshin.json5", encoding: .utf8)
        let whole = Array(text.unicodeScalars)
        for _ in 0..<caseCount(100) {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let start = Int.random(in: 0..<damaged.count, using: &random)
                let end = min(damaged.count, start + Int.random(in: 0...8, using: &random))
                let piece = Int.random(in: 0..<whole.count - 8, using: &random)
                damaged.replaceSubrange(
                    start..<end, with: whole[piece..<piece + Int.random(in: 0...8, using: &random)])
            }
            _ = faults(of: String(String.UnicodeScalarView(damaged)))
        }
    }
}
