import Foundation
import Store

// A full disk, or a reader that went away, is an error to tell, not a reason to die.
signal(SIGXFSZ, SIG_IGN)
signal(SIGPIPE, SIG_IGN)
// Any command may have keys in its memory.
if !ProcessMemory.hide() {
    FileHandle.standardError.write(
        Data("注意: メモリーの写し（コアダンプ）を止められません。止まったときの写しに鍵が残るおそれがあるため、この機械の設定を確かめてください。\n".utf8))
}
// Only this file reads the process's arguments; commands get them parsed.
let words = CommandLine.arguments
exit(Renkei.run(Array(words.dropFirst()), program: words.first ?? "renkei").rawValue)
