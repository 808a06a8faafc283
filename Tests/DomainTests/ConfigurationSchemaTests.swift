import Testing

@testable import Domain

@Suite struct ConfigurationSchemaTests {
    static let schema = """
        { type: 'object', required: ['name', 'days'], additionalProperties: false,
          properties: {
            name: { type: 'string', pattern: '^[a-z]+$', description: '英小文字で書いてください。' },
            days: { type: 'integer', minimum: 1, maximum: 31 },
            share: { type: 'number', minimum: 0.5 },
            kind: { type: 'string', enum: ['full', 'part'] },
            tags: { type: 'array', minItems: 1, items: { type: ['string', 'null'] } },
            columns: { type: 'object', minProperties: 1, additionalProperties: { $ref: '#/$defs/column' } },
          },
          $defs: { column: { description: 'drop か item を書いてください。', anyOf: [
            { type: 'object', required: ['drop'], additionalProperties: false, properties: { drop: { type: 'string' } } },
            { type: 'object', required: ['item', 'kind'], additionalProperties: false,
              properties: { item: { type: 'string' }, kind: { type: 'string' } } },
            { type: 'array', items: { type: 'string' } },
          ] } } }
        """

    private func faults(_ text: String) throws -> [Fault] {
        try ConfigurationSchema(Self.schema, name: "s").faults(
            in: ConfigurationFile.read(text, name: "x.json5").root)
    }

    @Test(arguments: [
        "{ name: 'a', days: 31 }", "{ name: 'a', days: 1, share: 0.5, kind: 'part', tags: ['x', null] }",
        "{ name: 'a', days: 1.0, columns: { a: { drop: 'x' }, b: { item: 'x', kind: 'y' }, c: ['z'], d: [] } }",
    ])
    func whatFitsHasNoFaults(text: String) throws { #expect(try faults(text).isEmpty) }

    /// Text, code, key path, and what the fault says.
    @Test(arguments: [
        ("[]", "configuration.type", nil, "{ } で囲んだ項目の組"),
        ("{ name: 'a' }", "configuration.missing-key", nil, "「days」が書かれていません"),
        ("{ name: 'a', dais: 3 }", "configuration.unknown-key", "dais", "「days」の書き誤り"),
        (
            "{ name: 'a', days: 3, 住所録: 1 }", "configuration.unknown-key", "住所録",
            "次のどれかにしてください: columns、days、kind"
        ),
        ("{ name: 'A', days: 3 }", "configuration.value", "name", "英小文字で"),
        ("{ name: 1, days: 3 }", "configuration.type", "name", "引用符で囲んだ文字"),
        ("{ name: 'a', days: 0 }", "configuration.range", "days", "1以上31以下"),
        ("{ name: 'a', days: 32 }", "configuration.range", "days", "1以上31以下"),
        ("{ name: 'a', days: 1.5 }", "configuration.type", "days", "整数"),
        ("{ name: 'a', days: 3, share: 0.4 }", "configuration.range", "share", "0.5以上の数"),
        ("{ name: 'a', days: 3, kind: 'whole' }", "configuration.value", "kind", "full、part"),
        ("{ name: 'a', days: 3, tags: [] }", "configuration.empty", "tags", ""),
        ("{ name: 'a', days: 3, tags: ['x', 2] }", "configuration.type", "tags[1]", "引用符で囲んだ文字かnull"),
        ("{ name: 'a', days: 3, columns: {} }", "configuration.empty", "columns", ""),
        ("{ name: 'a', days: 3, columns: { a: 1 } }", "configuration.type", "columns.a", "項目の組か[ ]"),
        ("{ name: 'a', days: 3, columns: { a: {} } }", "configuration.value", "columns.a", "drop か item"),
        (
            "{ name: 'a', days: 3, columns: { a: { item: 'x' } } }", "configuration.missing-key", "columns.a",
            "kind"
        ),
        (
            "{ name: 'a', days: 3, columns: { a: { drop: 'x', item: 'x' } } }", "configuration.unknown-key",
            "columns.a.item", ""
        ),
        ("{ name: 'a', days: 3, columns: { a: ['x', 1] } }", "configuration.type", "columns.a[1]", ""),
    ])
    func whatDoesNotFitIsToldOnceWithItsPlaceAndAdvice(
        text: String, code: String, field: String?, says: String
    ) throws {
        let found = try faults(text)
        try #require(found.count == 1, "\(found)")
        #expect(found[0].code == code && found[0].field == field && found[0].line == 1, "\(found[0])")
        #expect(found[0].kind == .configuration && found[0].file == "x.json5")
        #expect(found[0].description.contains(says), "\(found[0])")
    }

    @Test func allFaultsAreToldInTheOrderOfLines() throws {
        let found = try faults("{\n name: 'A',\n columns: { a: {} },\n days: 0,\n more: 1 }")
        #expect(found.map(\.line) == [2, 3, 4, 5])
    }

    @Test(arguments: [
        "{ typ: 'object' }", "{ type: 'text' }", "{ pattern: '(a|b)' }", "{ $ref: '#/$defs/none' }",
        "{ properties: { a: { oneOf: [] } } }", "{ $ref: 'other.json' }", "{ enum: [1] }", "[]",
    ])
    func aKeywordThatIsNotCheckedIsRefused(schema: String) {
        #expect(throws: Fault.self) { try ConfigurationSchema(schema, name: "s") }
    }

    @Test func anyFileMayNameItsSchemaForEditors() throws {
        struct Form: Decodable { let a: Int }
        let file = try ConfigurationFile.read("{ \"$schema\": '../x.schema.json', a: 1 }", name: "x")
        #expect(try file.decode(Form.self).a == 1)
        let inner = try ConfigurationFile.read("{ b: { $schema: 'x', a: 1 } }", name: "x")
        #expect(throws: Faults.self) { try inner.decode([String: Form].self) }
    }
}
