// candela help [VERB [ACTION]]
#include <algorithm>
#include <candela/command/detail/verb.hpp>
#include <cstdio>
#include <string>
#include <vector>

namespace candela::command {

std::string overview() {
  std::string text = "usage: candela VERB ...\n\n";
  std::size_t width = 0;
  for (const verb& each : verbs()) width = std::max(width, each.name.size() + each.usage.size() + 1);
  for (const verb& each : verbs()) {
    std::string call = std::string(each.name) + ' ' + std::string(each.usage);
    call.resize(width + 2, ' ');
    text += "  " + call + std::string(each.purpose) + '\n';
  }
  return text + "\ncandela VERB --help tells more about one of them.\n";
}

int help(arguments given) {
  if (!given.empty() && given.front() != "--help") {
    std::vector<std::string> words(given.begin(), given.end());
    words.emplace_back("--help");
    return run(words);
  }
  std::fputs(overview().c_str(), stdout);
  return success;
}

}  // namespace candela::command
