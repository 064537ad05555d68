#include "tests/conformance/delivery.hpp"

#include <algorithm>

namespace candela::conformance {
namespace {

constexpr std::size_t most_single_bytes = 1024;
constexpr std::size_t most_cut_bytes = 256 * 1024;
constexpr std::size_t most_cuts = 16;

std::size_t bytes_sent(const test_case& by) {
  std::size_t sum = 0;
  for (const step& each : by.steps) {
    if (const auto* sent = std::get_if<send_bytes>(&each)) sum += sent->bytes.size();
  }
  return sum;
}

}  // namespace

std::vector<delivery> deliveries_of(const test_case& of) {
  std::vector<delivery> all{{.name = "whole"}};
  const std::size_t size = bytes_sent(of);
  if (of.only_whole || size < 2 || size > most_cut_bytes) return all;
  const std::size_t stride = std::max<std::size_t>(1, size / most_cuts);
  for (std::size_t at = stride; at < size; at += stride) {
    all.push_back({.name = "cut behind " + std::to_string(at) + " bytes", .cut_at = at});
  }
  if (size <= most_single_bytes) all.push_back({.name = "byte by byte", .every_byte = true});
  return all;
}

}  // namespace candela::conformance
