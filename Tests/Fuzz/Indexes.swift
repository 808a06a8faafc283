import Domain
import Foundation
import Linkage
import Tables

/// A small table's index: where its parts lie, as JSON, and its bytes.
private struct Sound {
    let model: TableModel
    let layout: [UInt8]
    let bytes: [UInt8]

    init() throws {
        var exact = try TableModel.Level(
            label: "=", sql: "name_l = name_r", m: 0.9, u: 0.01, termFrequencyColumn: "name")
        exact.termFrequencyFloor = 0.001
        model = TableModel(
            linkType: .dedupe,
            rules: [
                try TableModel.Rule("l.town = r.town"),
                try TableModel.Rule("l.name = r.town AND levenshtein(l.name, r.name) <= 2"),
            ],
            comparisons: [
                TableModel.Comparison(
                    name: "name",
                    levels: [exact, try TableModel.Level(label: "else", sql: "ELSE", m: 0.1, u: 0.99)])
            ], prior: 0.001)
        var table = RecordTable(columnNames: ["id", "name", "town"])
        for row in [["1", "若葉", "a"], ["2", "若葉", "a"], ["3", "a", "a"], ["4", "", "b"]] {
            table.append(dataset: 0) { ArraySlice(row[$0].utf8) }
        }
        let made = try RecordIndex.make(&table, model: model, idColumn: "id")
        layout = [UInt8](try JSONEncoder().encode(made.layout))
        bytes = [UInt8](made.bytes)
    }
}

private let sound = try? Sound()

/// An index file is read or refused, whatever its bytes: as they are; and, since a checksum stands before the parts, as edits of a
/// sound index, four bytes each: in the layout's numbers or in the parts, where (two bytes), and what.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzIndexes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = bytes(start, count)
    if let read = try? IndexFile.read(Data(input), name: "x.index") { search(read.index) }
    guard let sound else { fatalError("the sound index is none") }
    var (layout, parts) = (sound.layout, sound.bytes)
    for edit in stride(from: 0, to: input.count - 3, by: 4) {
        let place = Int(input[edit + 1]) << 8 | Int(input[edit + 2])
        if input[edit] & 1 == 0 {
            parts[place % parts.count] = input[edit + 3]
        } else {
            replaceNumber(place, in: &layout, by: Int(input[edit + 3]))
        }
    }
    guard let changed = try? JSONDecoder().decode(RecordIndex.Layout.self, from: Data(layout)) else {
        return 0
    }
    if let index = try? RecordIndex(Data(parts), layout: changed, model: sound.model, datasets: 1) {
        search(index)
    }
    return 0
}

private func search(_ index: RecordIndex) {
    for record in [["name": "若葉", "town": "a"], ["name": "a"], [:]] {
        guard let found = try? index.search(record, threshold: -100) else { continue }
        law(found.hits.count <= found.compared, "hits have been compared")
        law(found.compared <= index.layout.records, "nobody is compared twice")
        for hit in found.hits {
            law((0..<index.layout.records).contains(hit.record), "a hit is a record of the index")
            law(hit.weight.isFinite, "a weight is a number")
        }
    }
}

/// Puts a number that is small, large or none in the place of one of the text's.
private func replaceNumber(_ place: Int, in text: inout [UInt8], by value: Int) {
    let digits: (UInt8) -> Bool = { (0x30...0x39).contains($0) || $0 == 0x2D }
    let starts = text.indices.filter { digits(text[$0]) && ($0 == 0 || !digits(text[$0 - 1])) }
    guard !starts.isEmpty else { return }
    let start = starts[place % starts.count]
    let end = text[start...].firstIndex { !digits($0) } ?? text.count
    let extremes = [Int.min, -1, 1 << 62, 1 << 61, Int.max, 1 << 32]
    let number = value < 200 ? value : extremes[value % extremes.count]
    text.replaceSubrange(start..<end, with: Array("\(number)".utf8))
}
