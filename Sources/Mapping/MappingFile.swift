internal import Domain
internal import Extracts

/// A header of the extract, as a mapping file names it.
typealias Header = Placed<String>

/// A mapping file whose shape is that of `Mappings/mapping.schema.json`, before it is checked against the catalogue;
/// `Mappings/README.md` explains each key.
struct MappingFile: Decodable {
    let source: SourceID
    let title: String
    let department: String
    let purpose: String
    let file: String
    let required: Bool
    let freshnessDays: Int
    let rowDropLimit: Double
    let rowRiseLimit: Double?
    let format: ExtractFormat
    let spine: Bool?
    let unique: Bool?
    let numberSpace: String?
    let load: Placed<ExtractMapping.Load>?
    let key: HeaderList?
    let deleted: Placed<Deleted>?
    let serialDates: HeaderList?
    let synonyms: [String: Placed<[Header]>]?
    /// Decoded part by part, so that the faults of all parts are told together.
    let people: ConfigurationNode
    let outside: [Outside]?
    let checks: [String: Placed<CheckForm>]?
    let columns: ConfigurationNode

    struct Outside: Decodable {
        let when: [String: Placed<TestForm>]
        let reason: String
    }
    struct Deleted: Decodable {
        let column: Header
        let codes: [String]
    }
    struct Dropped: Decodable {
        let drop: String
    }
    struct Used: Decodable {
        let usedFor: String
    }
}

/// The columns that identify one person.
struct IdentifierColumns: Decodable, Sendable {
    let number: HeaderList?
    let names: [NameColumns]?
    let birth: BirthColumns?
    let sex: SexColumn?
    let address: AddressColumns?
    let phones: HeaderList?
    let guardians: [NameColumns]?
    let school: Header?
    let household: Header?
    let relation: Header?

    var headers: [Header] {
        let names = ((names ?? []) + (guardians ?? [])).flatMap(\.headers)
        let others = [
            birth?.column, birth?.age, sex?.column, address?.postcode, address?.building, school, household,
            relation,
        ]
        let lists = (number?.all ?? []) + (address?.written.all ?? []) + (phones?.all ?? [])
        return lists + names + others.compactMap(\.self)
    }
}

/// One header, or several whose cells belong together.
struct HeaderList: Decodable, Sendable {
    let all: [Header]

    init(from decoder: any Decoder) throws {
        if let one = try? Header(from: decoder) {
            all = [one]
        } else {
            all = try [Header](from: decoder)
        }
    }
}

/// The columns of one form of a name.
struct NameColumns: Decodable, Sendable {
    let kind: NameForm.Kind?
    let written: NameCells?
    let kana: NameCells?

    var headers: [Header] { (written?.all ?? []) + (kana?.all ?? []) }
}

/// Where a name stands: one header, or one for the family name and one for the given name.
enum NameCells: Decodable, Sendable {
    case whole(Header)
    case parts(family: Header, given: Header)

    private enum CodingKeys: CodingKey { case family, given }

    init(from decoder: any Decoder) throws {
        if let header = try? Header(from: decoder) {
            self = .whole(header)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = .parts(
            family: try container.decode(Header.self, forKey: .family),
            given: try container.decode(Header.self, forKey: .given))
    }

    var all: [Header] {
        switch self {
        case .whole(let header): [header]
        case .parts(let family, let given): [family, given]
        }
    }
}

/// The birth date's column, and the age that stands in where it is blank: a header, or these keys.
struct BirthColumns: Decodable, Sendable {
    let column: Header?
    let age: Header?
    /// The day the age is for; the extract's day where there is none.
    let ageOn: Header?
    let required: Bool
    let onError: OnError

    private enum CodingKeys: CodingKey { case column, age, ageOn, required, onError }

    init(from decoder: any Decoder) throws {
        if let header = try? Header(from: decoder) {
            (column, age, ageOn, required, onError) = (header, nil, nil, false, .reject)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        column = try container.decodeIfPresent(Header.self, forKey: .column)
        age = try container.decodeIfPresent(Header.self, forKey: .age)
        ageOn = try container.decodeIfPresent(Header.self, forKey: .ageOn)
        required = try container.decodeIfPresent(Bool.self, forKey: .required) ?? false
        onError = try container.decodeIfPresent(OnError.self, forKey: .onError) ?? .reject
    }
}

/// The column of the sex: a header, where the usual codes are known, or a header with the source's own codes.
struct SexColumn: Decodable, Sendable {
    enum Word: String, Decodable, CaseIterable {
        case male = "男"
        case female = "女"
    }

    let column: Header
    let codes: CodeTable
    /// The source's own codes, as written.
    let written: [String: Placed<Word?>]?
    let onError: OnError

    private enum CodingKeys: CodingKey { case column, codes, onError }

    /// 1 and 2 as in the registers' standard; 0 and 9 are "not known", "not applicable" of ISO/IEC 5218.
    static let usual: [String: String?] = [
        "男": "男", "女": "女", "男性": "男", "女性": "女", "1": "男", "2": "女", "M": "男", "F": "女", "m": "男",
        "f": "女", "男児": "男", "女児": "女", "男子": "男", "女子": "女", "男の子": "男", "女の子": "女", "おとこ": "男", "おんな": "女",
        "オトコ": "男", "オンナ": "女", "male": "男", "female": "女", "Male": "男", "Female": "女", "MALE": "男",
        "FEMALE": "女", "♂": "男", "♀": "女", "1:男": "男", "2:女": "女", "0": nil, "9": nil, "不明": nil, "不詳": nil,
    ]

    init(from decoder: any Decoder) throws {
        if let header = try? Header(from: decoder) {
            (column, codes, written, onError) = (header, CodeTable(Self.usual), nil, .reject)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        column = try container.decode(Header.self, forKey: .column)
        written = try container.decodeIfPresent([String: Placed<Word?>].self, forKey: .codes)
        codes = CodeTable(written?.mapValues { $0.value?.rawValue } ?? Self.usual)
        onError = try container.decodeIfPresent(OnError.self, forKey: .onError) ?? .reject
    }
}

/// The columns of an address: a header, or its parts.
struct AddressColumns: Decodable, Sendable {
    /// Joined without a gap.
    let written: HeaderList
    let postcode: Header?
    let building: Header?

    private enum CodingKeys: CodingKey { case written, postcode, building }

    init(from decoder: any Decoder) throws {
        if (try? Header(from: decoder)) != nil {
            (written, postcode, building) = (try HeaderList(from: decoder), nil, nil)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        written = try container.decode(HeaderList.self, forKey: .written)
        postcode = try container.decodeIfPresent(Header.self, forKey: .postcode)
        building = try container.decodeIfPresent(Header.self, forKey: .building)
    }
}

/// A fact as a mapping file writes it under its column.
struct FactForm: Decodable {
    let item: Placed<ItemCode>
    let kind: KindForm
    let of: Placed<Subject>?
    let value: Placed<String>?
    let codes: Placed<[String: Placed<String?>]>?
    let otherwise: Placed<String>?
    let on: Header?
    let when: [String: Placed<TestForm>]?
    let required: Bool?
    let onError: OnError?
}

/// A fact's kind: a word, or the word that another column's code stands for.
enum KindForm: Decodable {
    case fixed(Placed<String>)
    case coded(from: Header, codes: [String: Placed<String?>])

    private enum CodingKeys: CodingKey { case from, codes }

    init(from decoder: any Decoder) throws {
        if let word = try? Placed<String>(from: decoder) {
            self = .fixed(word)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = .coded(
            from: try container.decode(Header.self, forKey: .from),
            codes: try container.decode([String: Placed<String?>].self, forKey: .codes))
    }
}

/// A condition on a column: `["虐待"]`, `{ not: ["虐待"] }`, `{ filled: true }` or `{ begins: ["合計"] }`.
struct TestForm: Decodable {
    let test: Condition.Test

    private enum CodingKeys: CodingKey { case not, filled, begins }

    init(from decoder: any Decoder) throws {
        if let words = try? [String](from: decoder) {
            test = .isOne(of: Set(words.map(Cell.folded)))
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let not = try container.decodeIfPresent([String].self, forKey: .not)
        let filled = try container.decodeIfPresent(Bool.self, forKey: .filled)
        let begins = try container.decodeIfPresent([String].self, forKey: .begins)
        switch (not, filled, begins) {
        case (let words?, nil, nil): test = .isNone(of: Set(words.map(Cell.folded)))
        case (nil, let filled?, nil): test = .filled(filled)
        case (nil, nil, let starts?): test = .begins(starts.map(Cell.folded))
        default:
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not one condition"))
        }
    }
}
