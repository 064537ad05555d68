// candela routes: the service itself says what it would serve, with the file that it would read.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <candela/command/detail/arguments.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace candela::command {

int show_routes(arguments given) {
  CLI::App app("Lists the routes of a service, with their stages, without serving them.", "candela routes");
  std::string program;
  std::string config;
  app.add_option("PROGRAM", program, "the built service")->required();
  app.add_option("--config", config, "its configuration; otherwise the one that it would find")->type_name("FILE");
  if (const auto ended = parse(app, given)) return *ended;

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
