package import Domain

/// What a column of an extract may be.
package enum ColumnMeaning: Hashable, Sendable {
    case identity(IdentityColumn, of: Whose)
    case fact(ItemCode, kind: String)
    /// The month that the row's counts are for.
    case period
    /// Known, and not to be received; the reason.
    case left(reason: String)
}

/// Whose column it is, as far as its header says.
package enum Whose: String, Hashable, Sendable {
    /// Nobody is named: the person the row is about.
    case row
    case guardian
    /// A guardian where the row has a child beside, else perhaps the row's person.
    case applicant
}

/// The columns that say who a person is; the names are those of `Mappings/headers.json5`.
package enum IdentityColumn: String, Hashable, Sendable, CaseIterable {
    case number, household, relation, name, kana, family, given, familyKana, givenKana, latin, alias,
        aliasKana, former, formerKana, birth, age,
        sex,
        address, postcode, town, block, building, phone, school

    /// As officials know it.
    package var title: String {
        switch self {
        case .number: "番号"
        case .household: "世帯番号"
        case .relation: "続柄"
        case .name: "氏名"
        case .kana: "氏名のかな"
        case .family: "氏"
        case .given: "名"
        case .familyKana: "氏のかな"
        case .givenKana: "名のかな"
        case .latin: "ローマ字氏名"
        case .alias: "通称"
        case .aliasKana: "通称のかな"
        case .former: "旧氏"
        case .formerKana: "旧氏のかな"
        case .birth: "生年月日"
        case .age: "年齢"
        case .sex: "性別"
        case .address: "住所"
        case .postcode: "郵便番号"
        case .town: "町字"
        case .block: "番地"
        case .building: "方書"
        case .phone: "電話"
        case .school: "学校・園"
        }
    }
}

extension ColumnMeaning {
    /// Japanese words for a comment or a question.
    package func title(_ catalogue: Catalogue) -> String {
        switch self {
        case .identity(let column, .guardian): return "保護者の\(column.title)"
        case .identity(let column, .applicant): return "申請者の\(column.title)"
        case .identity(let column, .row): return column.title
        case .fact(let item, let kind):
            let name = catalogue[item]
            return "\(item)「\(name?.title ?? "")」の\(name?.kind(kind)?.title ?? kind)（\(kind)）"
        case .period: return "日数などの対象の月"
        case .left(let reason): return "受け取らない列（\(reason)）"
        }
    }
}

/// What is said of one column (or of one column a month) of an unknown extract.
package struct ColumnGuess: Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Written into the draft.
        case write(ColumnMeaning)
        /// The date of the facts in these columns.
        case dateOf([Int])
        /// Not received, for a reason that holds for every extract.
        case leave(reason: String)
        /// Left to a person.
        case ask(question: String)
    }

    /// The columns it is about: one, or one for each month.
    package let columns: [Int]
    /// As the draft names it, with `{月}` where it stands for several.
    package let header: String
    package var verdict: Verdict
    /// 0...1; `ColumnEvidence` tells how it comes about.
    package var confidence: Double
    /// Japanese: what it rests on.
    package var why: String
    /// What else it may be, the likeliest first.
    package var candidates: [ColumnMeaning]
}

extension MappingSuggestion {
    /// What is proposed for a column, for a table: a word for machines, and Japanese for people.
    package func words(of guess: ColumnGuess) -> (verdict: String, text: String) {
        switch guess.verdict {
        case .write(let meaning): return ("write", meaning.title(catalogue))
        case .dateOf(let columns):
            let facts = guesses.filter { !Set($0.columns).isDisjoint(with: columns) }.map(\.header)
            return ("write", "\(facts.joined(separator: "・"))の日付")
        case .leave(let reason): return ("leave", reason)
        case .ask(let question): return ("ask", question)
        }
    }
}
