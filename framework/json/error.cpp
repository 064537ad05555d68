// The one line that an error becomes.
#include <candela/json/error.hpp>

namespace candela::json {

std::string error::message() const {
  std::string line = path.empty() ? std::string() : path + ": ";
  line += "expected " + expected + ", found " + found + " (at byte " + std::to_string(offset) + ")";
  return line;
}

}  // namespace candela::json
