// Outside bytes as audit trails: as one line, as a checkpoint, and as a whole file behind what was rightly written.
// Whatever they are, they are answered, and what nobody signed is not taken for signed.
#include <candela/audit/record.hpp>
#include <candela/audit/verifier.hpp>
#include <candela/json/reader.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace candela;
using namespace candela::audit;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

const signer& signs() {
  static const signer made(jose::key::generate(jose::curve::p256).value());
  return made;
}

// A line that is read can be written again as it was.
void check_line(std::string_view text) {
  const auto line = read_line(text);
  if (!line) return;
  digest previous;
  line->previous.copy(previous.data(), previous.size());
  std::string again;
  append_line(again, line->sequence, previous, line->content);
  require(again == text);
}

// No signature that we have made is in it.
void check_token(std::string_view text) {
  arena memory;
  require(!read_checkpoint(text, &signs().verifiers(), memory));
  static_cast<void>(read_checkpoint(text, nullptr, memory));
}

// Behind two lines that are right; or, with a leading 'f', from the beginning.
void check_file(std::string_view text) {
  verifier checked(&signs().verifiers());
  static_cast<void>(checked.begin_file(""));
  stream_writer writer("fuzz", signs());
  if (text.starts_with('f')) {
    text.remove_prefix(1);
  } else {
    std::string beginning;
    writer.begin_file(beginning);
    for (std::size_t at = 0, end; (end = beginning.find('\n', at)) != std::string::npos; at = end + 1) {
      require(checked.read(std::string_view(beginning).substr(at, end - at)).has_value());
    }
  }
  const std::uint64_t checkpoints = checked.summary().checkpoints;
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string_view::npos; at = end + 1) {
    const auto read = checked.read(text.substr(at, end - at));
    if (!read) return require(!read.error().text().empty());
  }
  require(checked.summary().checkpoints == checkpoints);
}

// As every text of a record: what is written fits, is JSON, and is one line.
void check_record(std::string_view text) {
  const hop via[] = {{text, text, text}};
  record what;
  what.id = what.user = what.target = what.code = what.chain = text;
  what.via = via;
  std::vector<char> room(least_record_bytes);
  arena spill;
  const std::string content(write_record(what, room, spill));
  require(content.size() <= room.size() && content.find('\n') == std::string::npos);
  std::string line;
  append_line(line, 1, no_digest, content);
  arena memory;
  require(json::parse<json::value>(line, memory).has_value() && read_line(line).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_line(text);
  check_token(text);
  check_file(text);
  check_record(text);
  static_cast<void>(parse_file_name(text));
  return 0;
}
