import Foundation
import TestSupport
import Testing

/// The linkage of any table at the command line, on invented people.
@Suite struct LinkCommandTests {
    private static let unit = """
        { "name": "people", "inputs": { "a": "a.csv", "b": "b.csv" }, "id_column": "id", "truth_column": "person",
          "link_type": "link_only", "unique": ["a", "b"],
          "blocking_rules": [ { "sql": "l.day = r.day" }, { "sql": "l.name = r.name" } ],
          "comparisons": [
            { "name": "name", "levels": [
              { "order": 0, "label": "名なし", "kind": "null", "sql": "name_l IS NULL OR name_r IS NULL" },
              { "order": 1, "label": "名が同じ", "kind": "exact", "sql": "name_l = name_r", "term_frequency_column": "name" },
              { "order": 2, "label": "名が違う", "kind": "else", "sql": "ELSE" } ] },
            { "name": "day", "levels": [
              { "order": 0, "label": "日なし", "kind": "null", "sql": "day_l IS NULL OR day_r IS NULL" },
              { "order": 1, "label": "日が同じ", "kind": "exact", "sql": "day_l = day_r" },
              { "order": 2, "label": "日が違う", "kind": "else", "sql": "ELSE" } ] },
            { "name": "town", "levels": [
              { "order": 0, "label": "町なし", "kind": "null", "sql": "town_l IS NULL OR town_r IS NULL" },
              { "order": 1, "label": "町が同じ", "kind": "exact", "sql": "town_l = town_r" },
              { "order": 2, "label": "町が違う", "kind": "else", "sql": "ELSE" } ] } ],
          "probability_two_random_records_match": 0.003,
          "training": { "deterministic_rules_for_prior": [ "l.name = r.name AND l.day = r.day" ], "assumed_recall": 0.8,
            "u_random_pairs": 100000, "em_blocking": [ "l.day = r.day", "l.name = r.name" ] } }
        """

    /// Three hundred people, each in both files; one in ten has another name or day in the second.
    private func folder() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for file in ["a", "b"] {
            var text = "id,person,name,day,town\n"
            for person in 0..<300 {
                let isChanged = file == "b" && person % 10 == 0
                let name = isChanged && person % 20 == 0 ? "n\(person + 1)" : "n\(person % 200)"
                let day = isChanged && person % 20 == 10 ? "2020-01-01" : "d\(person % 150)"
                text += "\(file)\(person),p\(person),\(name),\(day),t\(person % 7)\n"
            }
            try folder.write(Array(text.utf8), to: "\(file).csv")
        }
        try folder.write(Array(Self.unit.utf8), to: "unit.json")
        return folder
    }

    @Test func aLinkageIsShownInChartsWithoutValues() throws {
        let folder = try folder()
        let work = ["--work", folder.file("unit.json"), "--json"]
        let model = ["--model", folder.file("model.json")]
        #expect(try Program.run(["link", "train"] + work + ["--out", folder.file("model.json")]).code == 0)
        func charts(_ words: [String], _ name: String) throws -> String {
            let ending = try Program.run(["link"] + words + work + model + ["--charts", folder.file(name)])
            #expect(
                ending.code == 0 && ending.json["charts"] as? String == folder.file(name), "\(ending.errors)")
            return try String(contentsOfFile: folder.file(name), encoding: .utf8)
        }
        let evaluated = try charts(["evaluate", "--threshold", "3,6"], "a.html")
        for section in [
            "weights", "levels", "blocking", "examples", "thresholds", "truth", "reach", "clusters",
        ] {
            #expect(evaluated.contains("<section id=\"\(section)\">"), "\(section)")
        }
        #expect(evaluated.contains("件目 と ") && evaluated.contains("<svg"))
        // Neither a value of a column nor anybody's number, and nothing that a city alone has.
        for value in [">n1<", "n199", "p299", "a299", "支援措置", "担当課", "renkei review"] {
            #expect(!evaluated.contains(value), "\(value)")
        }
        #expect(try charts(["evaluate", "--threshold", "3,6", "--threads", "1"], "b.html") == evaluated)
        let predicted = try charts(["predict", "--threshold", "4"], "c.html")
        #expect(predicted.contains("id=\"weights\"") && !predicted.contains("id=\"truth\""))
        #expect(!predicted.contains("id=\"clusters\""))
        let refused = try Program.run(
            ["link", "evaluate"] + work + ["--clusters", "x.csv", "--charts", folder.file("d.html")])
        #expect(refused.code == 64)
    }

    @Test func aTableIsLinkedStepByStep() throws {
        let folder = try folder()
        let work = ["--work", folder.file("unit.json"), "--json"]
        let model = ["--model", folder.file("model.json")]
        func run(_ words: [String]) throws -> [String: Any] {
            let ending = try Program.run(["link"] + words)
            #expect(ending.code == 0, "\(ending.errors)")
            return ending.json
        }
        let profile = try run(["profile"] + work)
        #expect((profile["columns"] as? [[String: Any]])?.count == 5 && !"\(profile)".contains("n199"))
        let blocking = try run(["blocking"] + work)
        #expect(blocking["blockingRecall"] as? Double == 1 && (blocking["distinctPairs"] as? Int ?? 0) > 300)
        let trained = try run(["train"] + work + ["--out", folder.file("model.json"), "--seed", "3"])
        let provenance = trained["provenance"] as? [String: Any]
        #expect(provenance?["seed"] as? Int == 3 && (provenance?["inputs"] as? [Any])?.count == 2)
        let predicted = try run(
            ["predict"] + work + model + ["--threshold", "0", "--out", folder.file("pairs.csv")])
        let lines = try String(contentsOfFile: folder.file("pairs.csv"), encoding: .utf8)
            .split(separator: "\n")
        #expect(predicted["kept"] as? Int == lines.count - 1 && lines.count > 250)
        let clustered = try run(
            ["cluster"] + work + model + ["--threshold", "0", "--out", folder.file("clusters.csv")])
        #expect(clustered["records"] as? Int == 600 && clustered["largest"] as? Int == 2)
        let evaluated = try run(["evaluate"] + work + model + ["--threshold=0", "--by", "town"])
        let read = try run(["evaluate"] + work + model + ["--clusters", folder.file("clusters.csv")])
        func figures(_ json: [String: Any]) -> [String: Double] {
            ((json["clusters"] as? [[String: Any]])?.first?["pairs"] as? [String: Double]) ?? [:]
        }
        #expect(figures(evaluated) == figures(read) && (figures(read)["f1"] ?? 0) > 0.9)
        let compared = try run(["compare", "b1", "a1"] + work + model)
        let sum = (compared["lines"] as? [[String: Any]])?.last?["sum"] as? Double
        #expect(abs((sum ?? 0) - (compared["weight"] as? Double ?? 1)) < 1e-9)
        _ = try run(["index"] + work + model + ["--out", folder.file("people.index")])
        let searched = try run([
            "search", "--index", folder.file("people.index"), "--record", "name=n1;day=d1;town=t1", "--json",
        ])
        #expect(((searched["hits"] as? [[String: Any]])?.first?["id"] as? String)?.hasSuffix("1") == true)
    }

    @Test func thresholdsMayBeGivenAsWrongLinks() throws {
        let folder = try folder()
        let work = ["--work", folder.file("unit.json"), "--json"]
        _ = try Program.run(["link", "train"] + work + ["--from-truth", "--out", folder.file("model.json")])
        let model = ["--model", folder.file("model.json")]
        let byTruth = try Program.run(
            ["link", "predict"] + work + model + ["--false-links-per-10000", "100"])
        let choice = byTruth.json["calibrated"] as? [String: Any]
        #expect(choice?["basedOn"] as? String == "truth" && (choice?["interval"] as? [Double])?.count == 2)
        try folder.write(
            Array("id_l,id_r,label\na1,b1,同じ\na2,b2,同じ\na3,b153,別\n".utf8), to: "labels.csv")
        let byLabels = try Program.run(
            ["link", "cluster"] + work + model + [
                "--false-links-per-10000", "0", "--labels", folder.file("labels.csv"),
            ])
        #expect(
            (byLabels.json["calibrated"] as? [String: Any])?["basedOn"] as? String == "labels",
            "\(byLabels.errors)")
        let labelled = try Program.run(
            ["link", "predict"] + work + model + [
                "--threshold=0", "--labels", folder.file("labels.csv"), "--out", folder.file("pairs.csv"),
            ])
        let head = try String(contentsOfFile: folder.file("pairs.csv"), encoding: .utf8).prefix { $0 != "\n" }
        #expect(labelled.code == 0 && head.hasSuffix(",calibrated_probability"), "\(labelled.errors)")
        // Equal names alone are wrong often: no threshold, and that is told.
        let unit = """
            { "name": "names", "inputs": { "a": "a.csv", "b": "b.csv" }, "id_column": "id", "truth_column": "person",
              "link_type": "link_only", "blocking_rules": [ { "sql": "l.name = r.name" } ],
              "comparisons": [ { "name": "name", "levels": [
                { "order": 1, "label": "同じ", "kind": "exact", "sql": "name_l = name_r", "m": 0.9, "u": 0.01 },
                { "order": 2, "label": "違う", "kind": "else", "sql": "ELSE", "m": 0.1, "u": 0.99 } ] } ],
              "probability_two_random_records_match": 0.003 }
            """
        try folder.write(Array(unit.utf8), to: "names.json")
        let evaluate = ["link", "evaluate", "--work", folder.file("names.json"), "--json"]
        for command in ["predict", "evaluate"] {
            let none = try Program.run(
                [
                    "link", command, "--work", folder.file("names.json"), "--json", "--false-links-per-10000",
                    "0",
                ])
            #expect(none.code == 65 && none.faultCodes == ["link.calibration"], "\(command) \(none.errors)")
        }
        // A group without a threshold of its own says so.
        let byDay = try Program.run(evaluate + ["--false-links-per-10000", "9000", "--by", "town"])
        let groups = try #require(byDay.json["calibration"] as? [[String: Any]])
        #expect(groups.count == 8 && groups.allSatisfy { $0["group"] == nil || $0["choice"] != nil })
        let curve = try #require(byDay.json["curve"] as? [[String: Any]])
        #expect(curve.allSatisfy { $0["calibratedProbability"] is Double && $0["probability"] is Double })
        let both = try Program.run(
            ["link", "predict"] + work + ["--threshold", "3", "--false-links-per-10000", "5"])
        #expect(both.code == 64)
    }

    /// What the command tells to do next, without the program's own name.
    private func next(_ ending: Ending) -> String {
        ending.output.split(separator: "\n").reversed().first { $0.contains(" link ") }.map(String.init) ?? ""
    }

    @Test func theNextStepAsksWhatThisOneWasAsked() throws {
        let folder = try folder()
        let model = folder.file("my model.json")
        let work = ["--work", folder.file("unit.json"), "--folder", "X=/tmp"]
        let trained = try Program.run(["link", "train"] + work + ["--out", model])
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(next(trained).contains("predict") && next(trained).contains("--model '\(model)'"))
        let all = work + ["--model", model, "--joining", "average"]
        let evaluated = try Program.run(["link", "evaluate"] + all + ["--threshold", "3"])
        for words in [
            "link cluster", "--model '\(model)'", "--folder X=/tmp", "--joining average", "--threshold 3",
        ] {
            #expect(next(evaluated).contains(words), "\(evaluated.output)")
        }
        #expect(evaluated.output.contains("作業ファイルのものは使いません"))
        let predicted = try Program.run(
            ["link", "predict"] + work + ["--model", model, "--out", folder.file("p.csv")])
        #expect(next(predicted).contains("--model '\(model)'") && next(predicted).contains("--threshold"))
    }

    @Test func nothingThatIsReadIsDestroyed() throws {
        let folder = try folder()
        let before = try String(contentsOfFile: folder.file("a.csv"), encoding: .utf8)
        let work = ["--work", folder.file("unit.json")]
        for file in ["a.csv", "unit.json"] {
            let ending = try Program.run(["link", "train"] + work + ["--out", folder.file(file)])
            #expect(ending.code == 64 && ending.errors.contains("--out"), "\(ending.errors)")
        }
        let ending = try Program.run(
            ["link", "cluster"] + work + [
                "--out", folder.file("c.csv"), "--suspicious", folder.file("c.csv"),
            ])
        #expect(ending.code == 64 && ending.errors.contains("--suspicious"))
        #expect(try String(contentsOfFile: folder.file("a.csv"), encoding: .utf8) == before)
    }

    @Test func whatTheOptionsSayWronglyIsToldBeforeAnythingIsRead() throws {
        let folder = try folder()
        try FileManager.default.removeItem(atPath: folder.file("a.csv"))
        let work = ["--work", folder.file("unit.json")]
        for words in [
            ["predict", "--threshold", "abc"], ["predict", "--threshold", "1,2"],
            ["cluster", "--joining", "foo"], ["cluster", "--false-links-per-10000=-1"],
            ["predict", "--threshold", "1", "--false-links-per-10000", "5"],
            ["evaluate", "--false-links-per-10000", "x"],
        ] {
            #expect(try Program.run(["link"] + words + work).code == 64, "\(words)")
        }
        for (option, word) in [
            ("--model", "predict"), ("--labels", "train"), ("--constraints", "cluster"),
            ("--clusters", "evaluate"), ("--work", "train"),
        ] {
            let ending = try Program.run(["link", word] + work + [option, folder.file("none")])
            #expect(ending.code == 66 && ending.errors.contains("none"), "\(ending.errors)")
        }
    }

    @Test func aModelWithoutProbabilitiesScoresNothing() throws {
        let folder = try folder()
        let work = ["--work", folder.file("unit.json")]
        for words in [
            ["predict"], ["cluster"], ["evaluate"], ["compare", "a1", "b1"], [],
            ["index", "--out", folder.file("x")],
        ] {
            let ending = try Program.run(["link"] + words + work)
            #expect(ending.code == 78 && ending.errors.contains("unit.json"), "\(words) \(ending.errors)")
        }
        #expect(try Program.run(["link", "blocking"] + work).code == 0)
    }

    @Test(arguments: ["id,person,name,day,town\n", "id,person,name,day,town\n1,p,n,d,t\n"])
    func nothingIsLearntFromNothing(text: String) throws {
        let folder = try folder()
        try folder.write(Array(text.utf8), to: "a.csv")
        try folder.write(Array("id,person,name,day,town\n".utf8), to: "b.csv")
        let ending = try Program.run([
            "link", "train", "--work", folder.file("unit.json"), "--out", folder.file("m.json"),
        ])
        #expect(ending.code == 65 && !FileManager.default.fileExists(atPath: folder.file("m.json")))
    }

    @Test func nothingIsLearntFromEmptyCellsNorMeasuredByThem() throws {
        let folder = try folder()
        for file in ["a", "b"] {
            let rows = (0..<50).map { "\(file)\($0),,,,t\($0 % 7)\n" }.joined()
            try folder.write(Array(("id,person,name,day,town\n" + rows).utf8), to: "\(file).csv")
        }
        let work = ["--work", folder.file("unit.json")]
        #expect(try Program.run(["link", "train"] + work).code == 65)
        #expect(try Program.run(["link", "train", "--from-truth"] + work).code == 65)
        let measured = try Program.run(["link", "evaluate"] + work)
        #expect(measured.code == 65 && !measured.output.contains("次に"), "\(measured.errors)")
    }

    @Test func valuesThatFewShareAreShownOnlyWhenAsked() throws {
        let folder = try folder()
        let work = ["--work", folder.file("unit.json"), "--model", folder.file("model.json")]
        _ = try Program.run(
            ["link", "train", "--work", folder.file("unit.json"), "--out", folder.file("model.json")])
        let few = try Program.run(["link", "evaluate", "--threshold", "3", "--by", "name"] + work)
        #expect(few.code == 0 && !few.output.contains("n42") && few.output.contains("その他"), "\(few.errors)")
        let all = try Program.run(
            ["link", "evaluate", "--threshold", "3", "--by", "name", "--show-values"] + work)
        #expect(all.output.contains("n1"))
    }

    @Test func aWordThatIsNoStepNamesThemAll() throws {
        let ending = try Program.run(["link", "clutser"])
        #expect(ending.code == 64 && ending.errors.contains("「link cluster」のこと"))
        for word in [
            "train", "predict", "cluster", "evaluate", "compare", "profile", "blocking", "index", "search",
        ] {
            #expect(ending.errors.contains("link \(word)"))
        }
    }

    @Test func theSampleIsLinkedAsItsGuideSays() throws {
        let folder = try ScratchFolder()
        let sample = Program.checkout + "/samples/link/unit.json"
        let (model, splink) = (folder.file("model.json"), folder.file("splink.json"))
        let trained = try Program.run([
            "link", "train", "--work", sample, "--out", model, "--for-splink", splink, "--json",
        ])
        #expect(trained.code == 0, "\(trained.errors)")
        let evaluated = try Program.run([
            "link", "evaluate", "--work", sample, "--model", model, "--threshold", "5", "--json",
        ])
        let best = evaluated.json["best"] as? [String: Any]
        #expect(((best?["pairs"] as? [String: Double])?["f1"] ?? 0) > 0.9, "\(evaluated.output)")
        // The model without renkei's own part weighs the same.
        let other = try Program.run([
            "link", "evaluate", "--work", sample, "--model", splink, "--threshold", "5", "--json",
        ])
        #expect((other.json["best"] as? NSDictionary) == (evaluated.json["best"] as? NSDictionary))
    }

    @Test(arguments: [
        (["train"], 64), (["compare", "x", "y"], 64), (["search"], 64),
        (["search", "--index", "/nowhere"], 66),
        (["nothing"], 64),
    ])
    func whatIsMissingIsToldWithAnExitCode(words: [String], code: Int) throws {
        let ending = try Program.run(["link"] + words)
        #expect(Int(ending.code) == code && ending.errors.contains("対処"), "\(ending.errors)")
    }

    @Test(arguments: [
        "train", "predict", "cluster", "evaluate", "compare", "profile", "blocking", "index", "search",
    ])
    func everyStepTeachesWithAnExample(word: String) throws {
        let ending = try Program.run(["link", word, "--help"])
        #expect(ending.code == 0 && ending.output.contains("例: renkei link \(word)"))
        #expect(try Program.run(["link", "--help"]).output.contains(word))
    }
}
