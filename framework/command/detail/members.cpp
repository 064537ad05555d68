#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <vector>

namespace candela::command {

namespace {

json::member member_of(const std::string& assignment, arena& memory) {
  const std::size_t equals = assignment.find('=');
  if (equals == 0 || equals == assignment.npos) throw misuse("\"" + assignment + "\" is not NAME=VALUE");
  const std::string_view text = std::string_view(assignment).substr(equals + 1);
  const auto read = json::parse<json::value>(text, memory);
  return {memory.copy(std::string_view(assignment).substr(0, equals)), read ? *read : json::value(memory.copy(text))};
}

class indenting_writer {
 public:
  void write(const json::value& shown) {
    if (!shown.members().empty()) {
      write_all('{', shown.members(), '}', [this](const json::member& each) {
        text_ += json::to_string(each.name) + ": ";
        write(each.item);
      });
    } else if (!shown.elements().empty()) {
      write_all('[', shown.elements(), ']', [this](const json::value& each) { write(each); });
    } else {
      text_ += json::to_string(shown);
    }
  }
  [[nodiscard]] std::string finish() { return std::move(text_); }

 private:
  template <class Items, class Write>
  void write_all(char open, const Items& items, char close, Write write_one) {
    text_ += open;
    ++depth_;
    for (const auto& each : items) {
      if (&each != &items.front()) text_ += ',';
      begin_line();
      write_one(each);
    }
    --depth_;
    begin_line();
    text_ += close;
  }
  void begin_line() { text_.append("\n").append(2 * depth_, ' '); }

  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace

json::value with_members(const json::value& object, std::span<const std::string> assignments, arena& memory) {
  std::vector<json::member> all(object.members().begin(), object.members().end());
  for (const std::string& each : assignments) {
    const json::member given = member_of(each, memory);
    std::erase_if(all, [&](const json::member& other) { return other.name == given.name; });
    all.push_back(given);
  }
  if (all.empty()) return {};
  const std::span<json::member> kept = memory.make_array<json::member>(all.size());
  std::ranges::copy(all, kept.begin());
  return json::value(std::span<const json::member>(kept));
}

std::string indented(const json::value& shown) {
  indenting_writer out;
  out.write(shown);
  return out.finish();
}

}  // namespace candela::command
