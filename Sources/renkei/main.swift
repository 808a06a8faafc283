import Foundation

// Only this file reads the process's arguments; commands get them parsed.
exit(Renkei.run(Array(CommandLine.arguments.dropFirst())).rawValue)
