// The `candela` command: the first word is the verb.
#include <candela/command/detail/verb.hpp>
#include <cstdio>
#include <exception>
#include <vector>

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> given(argv + (argc > 0 ? 1 : 0), argv + argc);
    return candela::command::run(given);
  } catch (const std::exception& wrong) {
    std::fprintf(stderr, "candela: %s\n", wrong.what());
    return candela::command::failure;
  }
}
