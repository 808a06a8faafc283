/// Why a case is 対象外, out of a closed list, so that it can be counted by rule.
///
/// The words are what is stored and what the API says. Cases ended before there was a list have none: what people wrote
/// stays in their history.
package enum NotApplicableReason: String, Sendable, Codable, CaseIterable {
    case supportedAlready = "既に支援中"
    case explained = "事情が分かった"
    case wrongData = "データの誤り"
    case anotherChild = "別のこどもの記録"
    case unfitRule = "規則が合わない"
    /// With words.
    case other = "その他"

    /// Where it is mended, which does not happen by ending the case; `nil`: there is nothing to mend.
    package var remedy: String? {
        switch self {
        case .wrongData: "もとの記録を持つ課に、訂正を頼んでください。"
        case .anotherChild: "リンク確認員に、その記録の結び付きの確認を頼んでください。"
        case .unfitRule: "規則を持つ担当は、件数を「renkei rules measure」で見ます。"
        case .supportedAlready, .explained, .other: nil
        }
    }
}
