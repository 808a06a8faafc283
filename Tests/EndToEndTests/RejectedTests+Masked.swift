import Foundation
import TestSupport
import Testing

/// What a returned row hides.
extension RejectedTests {
    @Test func whereSomebodyLivesIsMaskedAndComesBackUntouched() throws {
        let city = try CityWorkspace(published: false)
        let name = "hoiku_20261001.csv"
        let bytes = try city.bytes(name)
        let lines = try #require(String(data: bytes, encoding: .shiftJIS)).split(separator: "\r\n")
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let (birth, address) = (
            try #require(header.firstIndex(of: "生年月日")), try #require(header.firstIndex(of: "住所"))
        )
        fields[birth] = "平成99年99月"
        fields[address] = "見本県秘密野9-9"
        let row = try #require((fields.joined(separator: ",") + "\r\n").data(using: .shiftJIS))
        try city.write(bytes + row, to: name)
        #expect(try city.run().code == 0)
        let show = try rejected(city, "show", "\(name):\(lines.count + 1)")
        #expect(
            show.code == 0 && !show.output.contains("秘密野") && show.output.contains("伏せています"), "\(show.errors)"
        )
        let text = try export(city)
        #expect(!text.contains("秘密野"))
        #expect(
            try reload(city, Data(text.replacing("平成99年99月", with: "2022-04-01").utf8)).json["kept"] as? Int
                == 1)
        #expect(try city.run().code == 0)
        #expect(try rejected(city, "list").json["extracts"] as? [Any] != nil)
        #expect(try rejected(city, "show", "\(name):\(lines.count + 1)").code == 66)
    }

    /// Who writes into a masked column learns that they did, never whether they guessed what stood there.
    @Test func whatACorrectionSaysOfAMaskedColumnIsToldByItsTitleAlone() throws {
        let city = try CityWorkspace(published: false)
        let name = "hoiku_20261001.csv"
        let bytes = try city.bytes(name)
        let lines = try #require(String(data: bytes, encoding: .shiftJIS)).split(separator: "\r\n")
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let birth = try #require(header.firstIndex(of: "生年月日"))
        let address = try #require(header.firstIndex(of: "住所"))
        (fields[birth], fields[address]) = ("平成99年99月", "見本県秘密野9-9")
        let row = try #require((fields.joined(separator: ",") + "\r\n").data(using: .shiftJIS))
        try city.write(bytes + row, to: name)
        #expect(try city.run().code == 0)
        let text = try export(city).replacing("平成99年99月", with: "2022-04-01")
        var sent = text.split(separator: "\r\n")[1].split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        let place = try #require(
            text.split(separator: "\r\n")[0].split(separator: ",", omittingEmptySubsequences: false)
                .firstIndex(of: "住所"))
        var told: Set<String> = []
        for guess in ["見本県秘密野9-9", "見本県秘密野9-8"] {
            sent[place] = guess
            let file = text.split(separator: "\r\n")[0] + "\r\n" + sent.joined(separator: ",") + "\r\n"
            let taken = try reload(city, Data(file.utf8))
            #expect(taken.json["kept"] as? Int == 1, "\(taken.output)\(taken.errors)")
            let show = try rejected(city, "show", "\(name):\(lines.count + 1)")
            let list = try rejected(city, "list")
            #expect(Set(show.json["changed"] as? [String] ?? []) == ["生年月日", "住所"], "\(show.output)")
            #expect(!show.output.contains("秘密野") && !list.output.contains("秘密野"))
            told.insert(show.output + list.output)
        }
        #expect(told.count == 1, "\(told)")
    }

    /// A telephone where a birth should be: then nobody knows what the other columns hold either.
    @Test(arguments: ["090-1234-9876", "０９０１２３４９８７６", "見本県秘密野9-9", "秘密野三丁目"])
    func whatStandsInAnotherColumnIsShownByItsShapeAlone(misplaced: String) throws {
        let city = try CityWorkspace(published: false)
        let name = "hoiku_20261001.csv"
        let bytes = try city.bytes(name)
        let lines = try #require(String(data: bytes, encoding: .shiftJIS)).split(separator: "\r\n")
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        fields[try #require(header.firstIndex(of: "生年月日"))] = misplaced
        fields[try #require(header.firstIndex(of: "性別"))] = "秘密　まもる"
        let row = try #require((fields.joined(separator: ",") + "\r\n").data(using: .shiftJIS))
        try city.write(bytes + row, to: name)
        #expect(try city.run().code == 0)
        let show = try rejected(city, "show", "\(name):\(lines.count + 1)")
        #expect(show.code == 0 && show.output.contains("文字の並びの形"), "\(show.errors)")
        let text = try export(city)
        for told in [show.output, text] {
            #expect(!told.contains(misplaced) && !told.contains("秘密"), "\(told)")
        }
    }

    /// Only the night saw what the column holds; who takes a correction back judges as it did.
    @Test func aNumberThatIsRightByChanceIsTakenBackToo() throws {
        let city = try CityWorkspace(published: false)
        let path = city.path + "/Mappings/kenko/yobosesshu.json5"
        let mapping = try String(contentsOfFile: path, encoding: .utf8)
        try mapping.replacing(
            "columns: {", with: "columns: { \"受付番号\": { drop: \"手続の番号です。\" },", maxReplacements: 1
        )
        .write(toFile: path, atomically: true, encoding: .utf8)
        let lines = try #require(String(data: try city.bytes(Self.file), encoding: .shiftJIS))
            .split(separator: "\r\n")
        var text = lines[0] + ",受付番号\r\n"
        for (index, line) in lines.dropFirst().enumerated() {
            text += line + ",\(202_604_010_000 + index * 7_919)\r\n"
        }
        text += "0090000001,見本　花,20200216,MR,1,2024年13月45日,123456789018\r\n"
        try city.write(try #require(String(text).data(using: .shiftJIS)), to: Self.file)
        let night = try city.run()
        #expect(try ledger(night)["rejected"] == 1, "\(night.errors)")
        #expect(night.errors.contains("受付番号"), "\(night.errors)")
        let returned = try export(city).replacing("2024年13月45日", with: "2024-04-05")
        let taken = try reload(city, Data(returned.utf8))
        #expect(taken.json["kept"] as? Int == 1, "\(taken.output)\(taken.errors)")
        #expect(try ledger(city.run())["rejected"] == 0)
    }

    /// A row with a 個人番号 may not be kept, sealed or not.
    @Test func aRowWithAnIndividualNumberIsNotKept() throws {
        let city = try CityWorkspace(published: false)
        let line = try city.bytes(Self.file).count { $0 == 0x0A } + 1
        try city.write(
            try city.bytes(Self.file) + Data("123456789018,x,20200216,MR,1,20240401\r\n".utf8), to: Self.file)
        #expect(try city.run().code == 0)
        let show = try rejected(city, "show", "\(Self.file):\(line)")
        #expect(
            show.json["code"] as? String == "mynumber.found"
                && (show.json["fields"] as? [Any])?.isEmpty == true)
        #expect(!(try export(city)).contains("123456789018"))
    }

    /// Appends rejected rows of a family of `Tests/Crawl/city.py`, with what is masked of them as another family has it.
    private static let planting = #"""
        import sys
        sys.dont_write_bytecode = True
        sys.path.insert(0, sys.argv[1])
        import city
        inbox, one, other = sys.argv[2], city.FAMILIES[0], city.FAMILIES[int(sys.argv[3])]
        swaps = [(one.mark, other.mark), (one.phone, other.phone), (str(one.block), str(other.block)), (str(one.house), str(other.house))]
        wide = str.maketrans("0123456789", "０１２３４５６７８９")
        for source, lines in city.rejected(one).items():
            path = "%s/%s_%s.csv" % (inbox, source, city.DAY)
            text, encoding = city.decoded(path)
            for cells in lines:
                quote = (lambda cell: '"%s"' % cell) if text.startswith('"') else str
                line = ",".join(map(quote, cells))
                for old, new in swaps:
                    line = line.replace(old, new).replace(old.translate(wide), new.translate(wide))
                text += line + ("\r\n" if "\r\n" in text else "\n")
            open(path, "wb").write(text.encode(encoding))
        """#

    @Test func whatIsMaskedChangesNoByteOfWhatIsListedShownOrReturned() throws {
        let one = try CityWorkspace(published: false)
        let other = try one.copied()
        func told(_ city: borrowing CityWorkspace, family: Int) throws -> [String] {
            let folder = Program.checkout + "/Tests/Crawl"
            _ = try Program.python(Self.planting, [folder, city.inbox, "\(family)"])
            let night = try city.run()
            #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
            let rows = try city.rows(
                "SELECT f.name || ':' || r.line FROM rejection r JOIN file f ON f.id = r.file ORDER BY 1",
                in: "facts.sqlite")
            #expect(rows.count == 3)
            var told: [String] = []
            for words in [["list"], ["ledger"], ["export", "--output", city.scratch.file("out")]]
                + rows.map({ ["show", $0] })
            {
                for more in [[], ["--json"]] {
                    if words[0] == "export" {
                        try? FileManager.default.removeItem(atPath: city.scratch.file("out"))
                    }
                    let ending = try Program.run(
                        ["rejected"] + words + ["--workspace", city.path] + more)
                    #expect(ending.code == 0, "\(ending.errors)")
                    told.append(ending.output + ending.errors)
                }
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: city.scratch.file("out")).sorted()
            {
                let path = city.scratch.file("out/\(name)")
                told.append(String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
            }
            #expect(told.count == 14)
            // The folder, the run and the hash of an extract follow from nothing that is masked alone.
            return told.map {
                $0.replacing(city.scratch.path, with: "").replacing(/[0-9a-f]{16,64}/, with: "")
            }
        }
        let (left, right) = (try told(one, family: 0), try told(other, family: 1))
        for (left, right) in zip(left, right) { #expect(left == right) }
        #expect(left.contains { $0.contains("小比類巻") }, "what is not masked is there")
    }
}
