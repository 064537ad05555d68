// candela routes: the service itself says what it would serve, with the file that it would read.
#include <unistd.h>

#include <candela/command/detail/arguments.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace candela::command {

int show_routes(arguments given) {
  argument_list takes("candela routes", "Lists the routes of a service, with their stages, without serving them.");
  std::string program;
  std::string config;
  takes.word("PROGRAM", program, "the built service");
  takes.option("--config", config, "its configuration; otherwise the one that it would find", "FILE");
  if (const auto ended = takes.read(given)) return *ended;

  std::vector<std::string> words{program, "--routes"};
  if (!config.empty()) words.insert(words.end(), {"--config", config});
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(program.c_str(), pointers.data());
  std::fprintf(stderr, "candela routes: cannot run %s: %s\n", program.c_str(), std::strerror(errno));
  return failure;
}

}  // namespace candela::command
