/// The shape of a JSON value, as JSON Schema 2020-12 (the dialect of OpenAPI 3.1).
indirect enum Schema: Sendable {
    case string
    case date
    case dateTime
    case integer
    case number
    case boolean
    case null
    /// One of the words.
    case word([String])
    case array(Schema)
    /// Every property is always present, and there are no others.
    case object([String: Schema])
    /// Some properties may be missing, as in what a client sends; there are no others.
    case request([String: Schema], required: [String])
    case either([Schema])
    case named(String)

    static func nullable(_ schema: Schema) -> Schema { .either([schema, .null]) }

    var json: JSON {
        switch self {
        case .string: ["type": "string"]
        case .date: ["type": "string", "format": "date"]
        case .dateTime: ["type": "string", "format": "date-time"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .word(let words): ["type": "string", "enum": .strings(words)]
        case .array(let element): ["type": "array", "items": element.json]
        case .object(let properties):
            [
                "type": "object", "additionalProperties": false,
                "required": .strings(properties.keys.sorted()),
                "properties": .object(properties.mapValues(\.json)),
            ]
        case .request(let properties, let required):
            [
                "type": "object", "additionalProperties": false, "required": .strings(required),
                "properties": .object(properties.mapValues(\.json)),
            ]
        case .null: ["type": "null"]
        case .either(let schemas): ["anyOf": .array(schemas.map(\.json))]
        case .named(let name): ["$ref": .string("#/components/schemas/\(name)")]
        }
    }
}
