internal import Domain
internal import Extracts
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// The list as a file: as the reader sees it, where the guideline lets them take it out at all.
extension RouteTable {
    var exportRoutes: [Route] {
        [
            Route(
                "GET", QueuePage.exportPath, "exportCases", "確認の一覧のCSV", needs: .permission(.export),
                query: Self.narrowing,
                answers: [
                    .init(200, "見てよいケースのCSV（UTF-8、BOM付き、CRLF）", type: "text/csv"),
                    .init(422, "一覧が長すぎる", type: "text/html"),
                ], handle: exportCases)
        ]
    }

    private func exportCases(_ exchange: Exchange) throws -> Response {
        let cases = try cases(
            exchange, question(exchange), after: nil, limit: ListMedium.file.most, on: .file)
        return Response(
            status: 200,
            headers: [
                .init("Content-Type", "text/csv; charset=utf-8"),
                .init("Content-Disposition", "attachment; filename=\"cases-\(exchange.today).csv\""),
            ], body: SpreadsheetText.bytes([Self.columns] + cases.items.map(Self.row)))
    }

    private static let columns = [
        "ケース", "氏名", "フリガナ", "生年月日", "困難の類型", "確認のきっかけ", "優先", "状態", "担当", "いつから", "登録した日", "期限",
        "終わった日", "支援措置",
    ]

    private static func row(_ one: CaseSummary) -> [String] {
        [
            one.id.rawValue, one.name, one.nameKana, one.birth?.wareki ?? "",
            one.difficulties.map(\.title).joined(separator: "、"), one.ruleTitles.joined(separator: "、"),
            one.urgency.title, one.work.queue?.rawValue ?? one.state.rawValue, one.holderName ?? "",
            one.since.description, one.openedOn.description, one.work.due?.description ?? "",
            one.endedOn?.description ?? "", one.isProtected ? "対象" : "",
        ]
    }
}
