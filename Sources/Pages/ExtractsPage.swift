package import Domain

/// What became of the rows of the extracts that a department sent: nothing that was made of them, and no person.
package enum ExtractsPage {
    package static let title = "抽出の受け取り"

    /// - Parameters:
    ///   - extracts: those that the reader may see.
    ///   - asOf: `nil`: nothing was published so far.
    package static func render(_ extracts: [ExtractSummary], asOf: Day?, in frame: Frame) -> String {
        frame.page(title, at: .extracts) {
            tag("header") {
                tag("h1") { title }
                tag("p") { asOf.map { "\($0.wareki)時点の夜間処理" } ?? "夜間処理がまだ公開されていません。" }
            }
            if extracts.isEmpty {
                tag("div", .class("panel")) { "扱える抽出はありません。" }
            } else {
                RunReportPage.extracts(extracts)
                RunReportPage.rejections(extracts, [], [], rows: RejectedPage.way)
            }
        }
    }
}
