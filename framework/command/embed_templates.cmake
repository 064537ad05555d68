# Run with -P: writes the C++ source OUTPUT, which holds the files FOLDER/NAME.in for each of NAMES (joined by "|").
string(REPLACE "|" ";" names "${NAMES}")
set(entries "")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}.in" text)
  string(APPEND entries "    {\"${name}\", R\"template(${text})template\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made from framework/command/templates.
#include <candela/command/detail/scaffold.hpp>

namespace candela::command {

std::span<const service_template> service_templates() noexcept {
  static constexpr service_template files[] = {
${entries}  };
  return files;
}

}  // namespace candela::command
")
