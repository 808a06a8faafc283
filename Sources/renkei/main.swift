import Foundation
import Store

// A full disk, or a reader that went away, is an error to tell, not a reason to die.
signal(SIGXFSZ, SIG_IGN)
signal(SIGPIPE, SIG_IGN)
// Any command may have keys in its memory.
ProcessMemory.hide()
// Only this file reads the process's arguments; commands get them parsed.
let words = CommandLine.arguments
exit(Renkei.run(Array(words.dropFirst()), program: words.first ?? "renkei").rawValue)
