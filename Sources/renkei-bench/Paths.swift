import Domain
import Extracts
import Foundation
import JapaneseText
import Linkage
import SampleCity

/// An invented city's extracts in a folder, as raw material of the measurements.
struct BenchCity {
    let folder: String
    let children: Int
    let seed: UInt64
    /// The day of the extracts.
    let asOf = Day(number: 20_727)

    /// The texts of some columns of an extract, row by row.
    ///
    /// - Throws: `Fault` where the file or a column is missing.
    func columns(_ prefix: String, _ names: [String], titles: Int = 0) throws -> [[String]] {
        let reader = try reader(prefix, ExtractFormat(titleLines: titles))
        let places = names.compactMap { reader.header.firstIndex(of: $0) }
        guard places.count == names.count else {
            throw Fault(.internal, code: "bench.column", message: "見本の列がありません。", file: prefix, fix: "")
        }
        var rows: [[String]] = []
        while let line = try reader.next() {
            guard case .row(let row) = line, row.count == reader.header.count else { continue }
            rows.append(places.map { row[$0] })
        }
        return rows
    }

    func reader(_ prefix: String, _ format: ExtractFormat) throws -> ExtractReader {
        try ExtractReader(path: path(prefix), source: SourceID(prefix), file: prefix, format: format)
    }

    func path(_ prefix: String) -> String {
        "\(folder)/inbox/\(prefix)_\(asOf.description.replacing("-", with: "")).csv"
    }

    func bytes(_ prefix: String) throws -> Int { try Data(contentsOf: URL(filePath: path(prefix))).count }
}

extension Stopwatch {
    /// Names, dates and addresses: from cell to comparable form.
    mutating func timeTexts(_ city: BenchCity) throws {
        let people = try city.columns("jumin", ["氏名", "氏名_フリガナ", "生年月日", "住所_町字", "住所_番地号表記"])
        let halfWidth = try city.columns("kenshin", ["氏名カナ"]).map { $0[0] }
        time("kana, half-width", items: halfWidth.count) { halfWidth.map(Kana.normal) }
        time("kana, loose blocking key", items: halfWidth.count) { halfWidth.map(Kana.loose) }
        time("kanji variants", items: people.count) { people.map { KanjiVariants.fold($0[0]) } }
        time("name into parts", items: people.count) {
            people.map {
                NameReader.read(kind: .legal, written: $0[0], kana: $0[1], dictionary: NameDictionary())
            }
        }
        time("date, 和暦 (H30.05.12)", items: people.count) {
            people.map { JapaneseDate.parse($0[2], asOf: city.asOf) }
        }
        let plain = try city.columns("yobosesshu", ["生年月日"]).map { $0[0] }
        time("date, yyyyMMdd", items: plain.count) { plain.map { JapaneseDate.parse($0, asOf: city.asOf) } }
        let addresses = people.map { $0[3] + $0[4] }
        time("address into parts", items: addresses.count) {
            addresses.map { AddressReader.read($0, postcode: "") }
        }
    }

    /// Extracts as bytes, to rows of text.
    mutating func timeExtracts(_ city: BenchCity) throws {
        for (name, prefix, titles) in [
            ("extract, CP932 quoted (jumin)", "jumin", 0), ("extract, CP932 (yobosesshu)", "yobosesshu", 0),
            ("extract, UTF-8 (shukketsu)", "shukketsu", 1),
        ] {
            func rows() throws -> Int {
                let reader = try city.reader(prefix, ExtractFormat(titleLines: titles))
                var rows = 0
                while let line = try reader.next() { if case .row = line { rows += 1 } }
                return rows
            }
            time(name, items: try rows(), bytes: try city.bytes(prefix)) { try? rows() }
        }
    }

    /// Linkage of the register with the health centre's children, by a model file.
    mutating func timeLinkage(_ city: BenchCity, model path: String) throws {
        var names = NameDictionary()
        var records: [LinkageRecord] = []
        func add(_ source: SourceID, _ written: String, _ kana: String, _ birth: String, _ address: String) {
            let name = NameReader.read(kind: .legal, written: written, kana: kana, dictionary: names)
            let isSpine = source == "jumin"
            if isSpine { names.add(name) }
            var identifiers = Identifiers(names: [name])
            if case .date(let date) = JapaneseDate.parse(birth, asOf: city.asOf) { identifiers.birth = date }
            if !address.isEmpty { identifiers.address = AddressReader.read(address, postcode: "") }
            records.append(
                LinkageRecord(source: source, isSpine: isSpine, isUnique: isSpine, identifiers: identifiers))
        }
        for row in try city.columns("jumin", ["氏名", "氏名_フリガナ", "生年月日", "住所_町字", "住所_番地号表記"]) {
            add("jumin", row[0], row[1], row[2], row[3] + row[4])
        }
        for row in try city.columns("gakurei", ["児童生徒氏名", "フリガナ", "生年月日", "住所"]) {
            add("gakurei", row[0], row[1], row[2], row[3])
        }
        for row in try city.columns("hoiku", ["児童氏名", "ふりがな", "生年月日", "住所"]) {
            add("hoiku", row[0], row[1], row[2], row[3])
        }
        var seen: Set<LinkageRecord> = []
        records = records.filter { seen.insert($0).inserted }
        let model = try LinkageModel.load(path: path)
        for threads in [1, 2] {
            let linker = Linker(model: model, threads: threads)
            let pairs = try linker.link(records).candidatePairs
            try timeParts("linkage, \(threads) thread\(threads == 1 ? "" : "s")") {
                var marks: [Mark] = []
                _ = try linker.link(records) { stage in
                    switch stage {
                    case .encoding: marks.append(Mark("columns, per record", records.count))
                    case .blocking: marks.append(Mark("a pair found and scored", pairs))
                    case .scoring: break
                    case .clustering: marks.append(Mark("clusters, per record", records.count))
                    }
                }
                return marks
            }
        }
    }
}
