import Domain
import Foundation

/// One command of `renkei`: its words, and what it does.
struct Command: Sendable {
    let usage: Usage
    let run: @Sendable (ParsedArguments, Console) throws -> Void
}

/// The command line: finds the command, parses its words, turns faults into text or JSON and an exit code.
enum Renkei {
    static let version = "0.1.0"

    static let commands: [Command] =
        [
            Command(usage: InitCommand.usage, run: InitCommand.run),
            Command(usage: RunCommand.usage, run: RunCommand.run),
            Command(usage: ServeCommand.usage, run: ServeCommand.run),
            Command(usage: StatusCommand.usage, run: StatusCommand.run),
            Command(usage: ReportCommand.usage, run: ReportCommand.run),
            Command(usage: ExplainCommand.usage, run: ExplainCommand.run),
            Command(usage: RejectedCommand.usage, run: RejectedCommand.run),
            Command(usage: ReviewCommand.usage, run: ReviewCommand.run),
            Command(usage: CheckCommand.usage, run: CheckCommand.run),
            Command(usage: MappingSuggestCommand.usage, run: MappingSuggestCommand.run),
            Command(usage: MappingPreviewCommand.usage, run: MappingPreviewCommand.run),
            Command(usage: MappingAdoptCommand.usage, run: MappingAdoptCommand.run),
            Command(usage: MappingCheckCommand.usage, run: MappingCheckCommand.run),
        ] + CasesCommand.all + RulesCommand.all + RulesSampleCommand.all + SupportCommand.all + [
            Command(usage: PolicyCheckCommand.usage, run: PolicyCheckCommand.run),
            Command(usage: PolicyTestCommand.usage, run: PolicyTestCommand.run),
            Command(usage: PolicyWhyCommand.usage, run: PolicyWhyCommand.run),
            Command(usage: PolicyWhoCommand.usage, run: PolicyWhoCommand.run),
            Command(usage: PolicyDiffCommand.usage, run: PolicyDiffCommand.run),
            Command(usage: PolicyApproveCommand.proposing, run: PolicyApproveCommand.propose),
            Command(usage: PolicyApproveCommand.approving, run: PolicyApproveCommand.approve),
            Command(usage: PolicyApproveCommand.withdrawing, run: PolicyApproveCommand.withdraw),
            Command(usage: GuidelineMatrixCommand.usage, run: GuidelineMatrixCommand.run),
            Command(usage: FileRegisterCommand.usage, run: FileRegisterCommand.run),
            Command(usage: ConsentCommand.usage, run: ConsentCommand.run),
            Command(usage: EmergencyCommand.usage, run: EmergencyCommand.run),
            Command(usage: RightsDiscloseCommand.usage, run: RightsDiscloseCommand.run),
            Command(usage: RightsCorrectCommand.usage, run: RightsCorrectCommand.run),
            Command(usage: RightsToldCommand.usage, run: RightsToldCommand.run),
            Command(usage: UserTotpCommand.usage, run: UserTotpCommand.run),
            Command(usage: UserTokenCommand.usage, run: UserTokenCommand.run),
            Command(usage: UserSessionsCommand.usage, run: UserSessionsCommand.run),
            Command(usage: UserCommand.usage, run: UserCommand.run),
            Command(usage: PersonShredCommand.usage, run: PersonShredCommand.run),
        ] + KeysCommand.all + RetentionCommand.all + AuditCommand.all + [
            Command(usage: EvaluateCommand.usage, run: EvaluateCommand.run),
            Command(usage: ModelCommand.usage, run: ModelCommand.run),
        ] + LinkCommand.all + [
            Command(usage: SampleCommand.usage, run: SampleCommand.run)
        ]

    static var help: String {
        let list = commands.map { command in
            "  " + command.usage.name.padding(toLength: 24, withPad: " ", startingAt: 0)
                + command.usage.summary
        }
        return """
            renkei \(version) - 部署をまたぐこどもデータの連携

            使い方: renkei コマンド [オプション]

            コマンド:
            \(list.joined(separator: "\n"))

            はじめての方は:
              renkei init 作業フォルダ --sample samples/wakabano
              renkei run --workspace 作業フォルダ
              renkei serve --workspace 作業フォルダ

            各コマンドの説明は「renkei コマンド --help」で表示します。終了コードは docs/cli.md にあります。
            """
    }

    /// Where the commands of a family are walked through.
    private static let guides = [
        "mapping": "はじめての抽出を読み込む手順は docs/new-extract.md にあります。",
        "policy": "決まりを変える手順は docs/policy.md にあります。", "guideline": "決まりの書き方は Guidelines/README.md にあります。",
        "retention": "保存年数の手順は docs/retention.md にあります。",
        "rights": "開示と訂正の手順は docs/rights.md にあります。",
        "audit": "個人情報保護担当のための手引きは docs/audit.md にあります。",
        "keys": "鍵の置き場所・控え・入替えは docs/keys.md にあります。", "person": "消去の手引きは docs/keys.md にあります。",
        "support": "支援制度の案内の手引きは docs/support.md にあります。",
        "rules": "規則の書き方は Guidelines/rules/README.md にあります。",
    ]

    /// What a first word leads to that several commands share (`mapping`); `nil` for any other.
    private static func help(ofFamily name: String) -> String? {
        let family = commands.map(\.usage).filter { $0.words.count > 1 && $0.words[0] == name }
        guard !family.isEmpty else { return nil }
        let list = family.map {
            "  \($0.name.padding(toLength: 24, withPad: " ", startingAt: 0))\($0.summary)"
        }
        return """
            使い方: renkei \(family.map(\.name).joined(separator: " | renkei "))

            \(list.joined(separator: "\n"))

            それぞれの説明と例は「renkei \(family[0].name) --help」のように表示します。
            \(guides[name] ?? "")
            """
    }

    /// - Parameter given: `renkei help run` is `renkei run --help`, and `-h` is `--help`.
    static func run(_ given: [String], program: String) -> ExitCode {
        let isAsking = given.first == "help" && given.count > 1
        let words = (isAsking ? Array(given.dropFirst()) + ["--help"] : given).map {
            $0 == "-h" ? "--help" : $0
        }
        let console = Console(program: program, isJSON: words.contains("--json"))
        do {
            guard let name = words.first, name != "--help", name != "help" else {
                console.print(help)
                return .done
            }
            if name == "--version" {
                console.print(version)
                return .done
            }
            guard let command = commands.first(where: { words.starts(with: $0.usage.words) }) else {
                if words.contains("--help"), let family = help(ofFamily: name) {
                    console.print(family)
                    return .done
                }
                throw unknown(name, words)
            }
            // `link nothing`: a word after a family's first is one of its commands.
            if command.usage.words == [name], command.usage.arguments.isEmpty, words.count > 1,
                !words[1].hasPrefix("-"), help(ofFamily: name) != nil
            {
                throw unknown(name, words)
            }
            let arguments = try command.usage.parse(Array(words.dropFirst(command.usage.words.count)))
            if arguments.has("help") {
                console.print(command.usage.text)
                return .done
            }
            try command.run(arguments, console)
            return .done
        } catch {
            return console.report(error)
        }
    }

    /// A command's name may be two words (`mapping check`).
    private static func unknown(_ name: String, _ words: [String]) -> Fault {
        let family = commands.map(\.usage).filter { $0.words.count > 1 && $0.words[0] == name }.map(\.name)
        guard family.isEmpty else {
            let near = words.count > 1 ? nearest("\(name) \(words[1])", in: family) : nil
            return usageFault(
                "「\(name)」の後の言葉がないか、違います。" + (near.map { "「\($0)」のことでしょうか。" } ?? ""),
                "次のどれかにしてください: \(family.joined(separator: "、"))。説明は「renkei \(name) --help」で表示します。")
        }
        let near = nearest(name, in: commands.map(\.usage.words[0]))
        return usageFault(
            "コマンド「\(name)」はありません。",
            near.map { "「\($0)」のことでしょうか。" } ?? "「renkei --help」でコマンドの一覧を確かめてください。")
    }
}
