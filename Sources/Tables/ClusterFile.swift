package import Domain
import Extracts
import Foundation
package import Linkage

/// Writes and reads clusters as CSV: a row for every record, with its cluster and how that hangs together.
package enum ClusterFile {
    private static let head = [
        "record", "cluster", "dataset", "size", "edges", "density", "bridges", "lowest_weight", "suspicions",
    ]

    /// A cluster is named after the least of its records' numbers, so that its name does not depend on the order of the files.
    ///
    /// - Parameters:
    ///   - onlySuspicious: leaves out all clusters that nobody needs to look at.
    ///   - datasets: names of the inputs.
    /// - Throws: `link.unwritable`.
    package static func write(
        _ clustering: TableClustering, ids: [String], table: RecordTable, datasets: [String],
        onlySuspicious: Bool = false, to path: String
    ) throws(Fault) {
        try OutputFile.write(to: path) { line in
            try line(head.joined(separator: ","))
            for (cluster, figures) in zip(clustering.clusters, clustering.figures) {
                if onlySuspicious, figures.suspicions.isEmpty { continue }
                let name = cluster.map { ids[$0] }.min { $0.utf8.lexicographicallyPrecedes($1.utf8) } ?? ""
                let tail = [
                    "\(figures.size)", "\(figures.edges)", String(format: "%.4f", figures.density),
                    "\(figures.bridges)", figures.lowest.map { "\($0)" } ?? "",
                    figures.suspicions.map(\.rawValue).joined(separator: " "),
                ].joined(separator: ",")
                for record in cluster {
                    let dataset = datasets[Int(table.datasets[record])]
                    try line(
                        [ids[record], name, dataset].map(SpreadsheetText.quoted).joined(separator: ",") + ","
                            + tail)
                }
            }
        }
    }

    /// The clusters of a file, places by record; records that it does not name stand alone.
    ///
    /// - Throws: `Fault` where the columns record and cluster are not there, or a record is not in the table or named twice.
    package static func read(_ path: String, names: RecordNames) throws(Fault) -> [[Int]] {
        let table = try TableFile.read([path], isInput: false)
        let (records, clusters) = (try table.texts(of: "record"), try table.texts(of: "cluster"))
        var members: [String: [Int]] = [:]
        var seen = [Bool](repeating: false, count: names.ids.count)
        for (row, (record, cluster)) in zip(records, clusters).enumerated() {
            let place = try names.place(of: record, file: path, line: row + 2)
            guard !seen[place] else {
                throw Fault(
                    .gate, code: "link.clusters", message: "同じ記録が2回出てきます。", file: path, line: row + 2,
                    fix: "1つの記録は1行にしてください。")
            }
            seen[place] = true
            members[cluster, default: []].append(place)
        }
        return members.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
            + seen.indices.filter { !seen[$0] }.map { [$0] }
    }
}
