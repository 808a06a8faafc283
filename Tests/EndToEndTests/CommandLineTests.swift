import Foundation
import Testing

@Suite struct CommandLineTests {
    static let commands = [
        "init", "run", "serve", "status", "explain", "rejected", "check", "mapping suggest",
        "mapping preview",
        "mapping adopt", "mapping check", "user", "audit verify", "audit compare", "audit prove",
        "audit export", "audit who-read", "audit user", "audit reads", "audit changes", "audit analyse",
        "audit relate", "audit accept-clock", "evaluate",
        "model", "sample", "rules check", "rules test", "rules dry-run", "rules diff", "rules backtest",
        "rules propose", "rules approve", "policy withdraw",
    ]

    @Test func helpListsEveryCommand() throws {
        let ending = try Program.run("--help")
        #expect(ending.code == 0)
        for command in Self.commands { #expect(ending.output.contains("  \(command) ")) }
    }

    @Test(arguments: commands)
    func eachCommandTeachesItselfWithAnExample(command: String) throws {
        let ending = try Program.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(ending.code == 0)
        #expect(
            ending.output.contains("使い方: renkei \(command)")
                && ending.output.contains("例: renkei \(command) ")
        )
        #expect(ending.output.contains("--json"))
    }

    /// However it is asked for.
    @Test(arguments: [
        ["mapping", "--help"], ["help", "mapping"], ["mapping", "-h"],
    ]) func wordsThatSeveralCommandsShareTeachThemAll(words: [String]) throws {
        let ending = try Program.run(words)
        #expect(ending.code == 0 && ending.output.contains("docs/new-extract.md"))
        for command in Self.commands where command.hasPrefix("mapping ") {
            #expect(ending.output.contains("  \(command) "))
        }
    }

    @Test(arguments: [["help", "run"], ["run", "-h"]]) func helpIsGivenHoweverItIsAskedFor(words: [String])
        throws
    {
        let ending = try Program.run(words)
        #expect(ending.code == 0 && ending.output.contains("使い方: renkei run"))
    }

    @Test(arguments: [
        (["rum"], "「run」のことでしょうか"), (["run", "--worksapce", "x"], "「--workspace」のことでしょうか"),
        (["run", "--date"], "値がありません"),
        (["mapping"], "次のどれかにしてください: mapping suggest、mapping preview、mapping adopt、mapping check"),
        (["mapping", "chekc"], "次のどれかにしてください: mapping suggest、mapping preview、mapping adopt、mapping check"),
        (["mappin"], "「mapping」のことでしょうか"),
        (["run", "--date", "2026/10/01", "--workspace", "/"], "作業フォルダではありません"),
        (["init"], "「renkei init DIR」の形で書いてください"), (["user"], "「renkei user add|list|"),
        (["sample", "--children", "none", "x"], "整数を書いてください"),
    ])
    func aMistypedWordIsAnsweredWithTheNearestOne(words: [String], answer: String) throws {
        let ending = try Program.run(words)
        #expect(ending.code == (answer.contains("作業フォルダ") ? 78 : 64))
        #expect(ending.errors.contains(answer), "\(ending.errors)")
    }

    @Test func theDocumentedExitCodesAreTheRealOnes() throws {
        let text = try String(contentsOfFile: Program.checkout + "/docs/cli.md", encoding: .utf8)
        for code in [0, 64, 65, 66, 70, 74, 75, 77, 78] { #expect(text.contains("| \(code) |")) }
    }

    @Test func errorsAreJSONToo() throws {
        let ending = try Program.run("run", "--workspace", "/nonexistent", "--json")
        #expect(ending.code == 78)
        #expect(ending.json["outcome"] as? String == "error")
        #expect(ending.faultCodes == ["workspace.missing"])
    }
}
