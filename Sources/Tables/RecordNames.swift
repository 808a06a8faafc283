package import Domain
package import Linkage

/// The records of a table by their numbers, as people and files name them.
package struct RecordNames: Sendable {
    /// Of each record.
    package let ids: [String]
    private let places: [String: Int]

    /// - Throws: `link.id` where two records have one number, or one has none.
    package init(_ table: RecordTable, column: String) throws(Fault) {
        ids = try table.texts(of: column)
        var places: [String: Int] = [:]
        places.reserveCapacity(ids.count)
        for (place, id) in ids.enumerated() {
            guard !id.isEmpty, places.updateValue(place, forKey: id) == nil else {
                throw Fault(
                    .configuration, code: "link.id",
                    message: id.isEmpty
                        ? "記録の番号の列が空の記録があります（\(place + 1)件目）。"
                        : "記録の番号が同じ記録が2つあります（2つ目は\(place + 1)件目）。",
                    field: column, fix: "すべての入力を通して1つずつ違う番号を付けるか、id_column に別の列を書いてください。")
            }
        }
        self.places = places
    }

    /// - Throws: `link.record` where no record has this number.
    package func place(of id: String, file: String? = nil, line: Int? = nil) throws(Fault) -> Int {
        if let place = places[id] { return place }
        throw Fault(
            .notFound, code: "link.record", message: "この番号の記録が表にありません。", file: file, line: line,
            fix: "番号の列（id_column）の値を、前後の空白まで同じに書いてください。")
    }
}
