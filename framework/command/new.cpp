// candela new
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/package_location.hpp>
#include <candela/command/detail/scaffold.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

namespace candela::command {

namespace {

void show_next_steps(const std::string& name, const std::string& folder) {
  std::printf(
      "%s is ready. Build it, test it, run it:\n\n"
      "  cd %s\n"
      "  cmake -B build -G Ninja && cmake --build build\n"
      "  ctest --test-dir build --output-on-failure\n"
      "  build/%s\n",
      name.c_str(), folder.c_str(), name.c_str());
}

}  // namespace

int make_service(arguments given) {
  argument_list takes("candela new", "Makes a new service, ready to build and run.");
  std::string name;
  std::string folder;
  takes.word("NAME", name, "what the service and its program are called", name_error);
  takes.option("--dir", folder, "the folder that it gets; otherwise NAME here", "FOLDER");
  if (const auto ended = takes.read(given)) return *ended;

  if (folder.empty()) folder = name;
  const auto location = package_location(std::filesystem::read_symlink("/proc/self/exe"));
  if (auto made = scaffold({name, folder, location}); !made) {
    std::fprintf(stderr, "candela new: %s\n", made.error().c_str());
    return failure;
  }
  show_next_steps(name, folder);
  return success;
}

}  // namespace candela::command
