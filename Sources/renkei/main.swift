import Foundation

// Only this file reads the process's arguments; commands get them parsed.
setlinebuf(stdout)
exit(Renkei.run(Array(CommandLine.arguments.dropFirst())).rawValue)
