// Trails that are files: finding them, and reading them whole.
#include <algorithm>
#include <candela/audit/verifier.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>

namespace candela::audit {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 256 * 1024;

using found_files = std::map<std::string, std::map<std::uint64_t, fs::path>>;

void add(found_files& found, const fs::path& file, bool was_named) {
  const auto name = parse_file_name(file.filename().string());
  if (name) {
    found[name->stream].emplace(name->first, file);
  } else if (was_named) {
    throw std::runtime_error(file.string() + ": files of a trail are named STREAM.NUMBER.jsonl");
  }
}

// Hands over every whole line of `text`; what is left of it stays.
std::expected<void, finding> read_lines(verifier& checked, std::string& text) {
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const auto right = checked.read(std::string_view(text).substr(begin, end - begin));
    if (!right) return right;
  }
  text.erase(0, begin);
  if (text.size() > max_line_bytes) return std::unexpected(checked.wrong("a line behind this one has no end"));
  return {};
}

}  // namespace

std::expected<void, finding> verify_file(verifier& checked, const fs::path& file, std::string* torn) {
  const auto close = [](std::FILE* open) { std::fclose(open); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "rbe"), close);
  if (auto begun = checked.begin_file(file.filename().string()); !begun) return begun;
  if (in == nullptr)
    return std::unexpected(checked.wrong(std::string("the file cannot be read: ") + std::strerror(errno)));
  std::string text;
  for (;;) {
    const std::size_t kept = text.size();
    text.resize(kept + piece_bytes);
    const std::size_t got = std::fread(text.data() + kept, 1, piece_bytes, in.get());
    text.resize(kept + got);
    if (auto right = read_lines(checked, text); !right) return right;
    if (got != piece_bytes) break;
  }
  if (std::ferror(in.get()) != 0) return std::unexpected(checked.wrong("the rest of the file cannot be read"));
  if (torn == nullptr && !text.empty()) {
    return std::unexpected(checked.wrong("behind this line stand " + std::to_string(text.size()) +
                                         " bytes of one that was not written to its end, or cut"));
  }
  if (torn == nullptr) return checked.end_file();
  *torn = std::move(text);
  return {};
}

std::vector<stream_files> find_streams(std::span<const fs::path> places) {
  found_files found;
  for (const fs::path& place : places) {
    std::error_code failed;
    if (!fs::is_directory(place, failed)) {
      if (!fs::exists(place, failed)) throw std::runtime_error(place.string() + ": there is no such file or folder");
      add(found, place, true);
      continue;
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(place, failed)) add(found, entry.path(), false);
    if (failed) throw std::runtime_error(place.string() + ": " + failed.message());
  }
  std::vector<stream_files> streams;
  for (auto& [stream, files] : found) {
    stream_files& made = streams.emplace_back(stream_files{stream, {}});
    for (auto& [first, file] : files) made.files.push_back(std::move(file));
  }
  return streams;
}

std::expected<stream_summary, finding> verify_files(const stream_files& trail, const jose::key_set* keys) {
  verifier checked(keys);
  for (const fs::path& file : trail.files) {
    if (auto right = verify_file(checked, file); !right) return std::unexpected(std::move(right.error()));
  }
  return checked.summary();
}

}  // namespace candela::audit
