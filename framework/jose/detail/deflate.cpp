#include <zlib.h>

#include <algorithm>
#include <candela/jose/detail/deflate.hpp>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace candela::jose::detail {

namespace {

// Of the window, and a minus for a stream without a header.
constexpr int raw_window = -15;
constexpr int memory_level = 8;
constexpr std::size_t alignment = alignof(std::max_align_t);

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// zlib keeps parts of the content in its own memory, which is overwritten here: its size stands before it.
void* allocate(void*, unsigned items, unsigned bytes) {
  const std::size_t size = std::size_t{items} * bytes;
  auto* const block = static_cast<std::byte*>(std::malloc(alignment + size));
  if (block == nullptr) return nullptr;
  std::memcpy(block, &size, sizeof size);
  return block + alignment;
}

void release(void*, void* memory) {
  std::byte* const block = static_cast<std::byte*>(memory) - alignment;
  std::size_t size = 0;
  std::memcpy(&size, block, sizeof size);
  wipe({block, alignment + size});
  std::free(block);
}

z_stream stream_over(std::span<const std::byte> in) noexcept {
  z_stream stream{};
  stream.zalloc = allocate;
  stream.zfree = release;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  return stream;
}

class inflater {
 public:
  explicit inflater(std::span<const std::byte> in) noexcept
      : stream_(stream_over(in)), ready_(inflateInit2(&stream_, raw_window) == Z_OK) {}
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() {
    if (ready_) inflateEnd(&stream_);
  }

  [[nodiscard]] bool ready() const noexcept { return ready_; }
  // Fills what is left of `out` from `used` on.
  int run(std::span<std::byte> out, std::size_t& used) noexcept {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream_.avail_out = static_cast<uInt>(out.size() - used);
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    used = out.size() - stream_.avail_out;
    return result;
  }
  [[nodiscard]] bool took_all() const noexcept { return stream_.avail_in == 0; }

 private:
  z_stream stream_;
  bool ready_;
};

void grow(secret_bytes& content, std::size_t used, std::size_t limit) {
  secret_bytes larger(content.size() > limit / 2 ? limit : content.size() * 2);
  if (used != 0) std::memcpy(larger.data(), content.data(), used);
  content = std::move(larger);
}

}  // namespace

std::expected<secret_bytes, error> deflate(std::span<const std::byte> content) {
  if (content.size() > INT_MAX) return refused(failure::too_large, "the content");
  z_stream stream = stream_over(content);
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    return refused(failure::out_of_resources, "zlib could not begin");
  secret_bytes deflated(deflateBound(&stream, static_cast<uLong>(content.size())));
  stream.next_out = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_out = static_cast<uInt>(deflated.size());
  const int result = ::deflate(&stream, Z_FINISH);
  deflated.shrink(deflated.size() - stream.avail_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return refused(failure::out_of_resources, "zlib could not finish");
  return deflated;
}

std::expected<secret_bytes, error> inflate(std::span<const std::byte> deflated, std::size_t max_bytes) {
  constexpr std::size_t greatest = INT_MAX;
  // One byte more than allowed tells content that ends at the limit from content that goes on.
  const std::size_t limit = std::min(max_bytes, greatest) + 1;
  inflater stream(deflated);
  if (!stream.ready()) return refused(failure::out_of_resources, "zlib could not begin");
  secret_bytes content(std::min(limit, std::max<std::size_t>(deflated.size() * 4, 256)));
  std::size_t used = 0;
  for (;;) {
    const int result = stream.run(content.span(), used);
    if (used == limit) return refused(failure::too_large, "the decompressed content");
    if (result == Z_STREAM_END) break;
    // Z_OK with room left: it wants more than there is.
    if (result != Z_OK || used != content.size()) return refused(failure::decryption_failed, "the content");
    grow(content, used, limit);
  }
  if (!stream.took_all()) return refused(failure::decryption_failed, "the content");
  content.shrink(used);
  return content;
}

}  // namespace candela::jose::detail
