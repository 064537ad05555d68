// Rendering of request heads and counting in their digits.
#include "bench/load/request_batch.hpp"

#include <algorithm>
#include <stdexcept>

namespace candela::bench {
namespace {

constexpr std::string_view placeholder = "{n}";
constexpr std::string_view agent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 candela-load/1.0";
constexpr std::size_t slot_digits = 3;             // tell the slots of a store apart
constexpr std::size_t number_digits = 18;          // of path and header together
constexpr std::size_t least_path_digits = 4;       // slot digits and a counter of one
constexpr std::size_t path_layouts = 5;            // 4 to 8 digits in the path
constexpr std::size_t least_different_heads = 16;  // so that layouts change even without pipelining

std::string padded(std::size_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

// A browser's usual headers; the agent fills the head to its length.
std::string head_of(std::string_view target, std::string_view header, std::size_t bytes) {
  std::string before("GET ");
  before.append(target).append(" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ");
  std::string after("\r\nAccept: */*\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n");
  after.append(header).append("\r\n");
  const std::size_t fixed = before.size() + after.size();
  const std::size_t room = bytes > fixed ? bytes - fixed : 1;
  std::string name(agent.substr(0, room));
  name.resize(room, 'x');
  return before + name + after;
}

}  // namespace

request_batch::request_batch(const head_layout& layout, std::size_t depth) {
  if (depth == 0 || depth > most_requests) throw std::invalid_argument("a batch holds 1 to 1000 requests");
  const bool different = layout.kind == head_kind::different;
  const std::size_t slots = different ? std::max(depth, least_different_heads) : depth;
  for (std::size_t number = 0; number < slots; ++number) add_slot(layout, number);
}

void request_batch::add_slot(const head_layout& layout, std::size_t number) {
  const bool different = layout.kind == head_kind::different;
  const std::size_t path_digits = least_path_digits + (different ? number % path_layouts : 0);
  const std::size_t header_digits = number_digits - path_digits;
  std::string target = layout.path;
  const std::size_t hole = target.find(placeholder);
  if (hole != std::string::npos) target.replace(hole, placeholder.size(), padded(different ? number : 1, path_digits));
  const std::string header = different ? "X-Request: " + padded(number, header_digits) + "\r\n" : "";
  const std::string head = head_of(target, header + layout.fields, layout.bytes);
  const std::size_t start = text_.size();
  text_ += head;
  head_bytes_ = head.size();
  if (!different) return;
  slot counted;
  if (hole != std::string::npos) counted.counters[0] = {start + 4 + hole, path_digits - slot_digits};
  counted.counters[1] = {start + head.find("X-Request: ") + 11, header_digits - slot_digits};
  slots_.push_back(counted);
}

std::string_view request_batch::next(std::size_t count) {
  if (slots_.empty()) return {text_.data(), count * head_bytes_};
  if (cursor_ + count > slots_.size()) cursor_ = 0;
  const std::size_t first = cursor_;
  for (; cursor_ < first + count; ++cursor_) {
    for (const counter& which : slots_[cursor_].counters) count_up(which);
  }
  return {text_.data() + first * head_bytes_, count * head_bytes_};
}

void request_batch::count_up(const counter& which) {
  for (std::size_t at = which.offset + which.digits; at-- > which.offset;) {
    if (text_[at] != '9') {
      ++text_[at];
      return;
    }
    text_[at] = '0';
  }
}

}  // namespace candela::bench
