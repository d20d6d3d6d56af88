/* Types and prototypes that the harness and both sides share; no system header is needed. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define SLOTS 4096

struct slot { u64 key, count; };
struct node { struct node *next; u64 value; };
struct registers { u64 x[6], pc; u32 flags; u16 mode; };
struct packet { u16 kind, length; u32 sequence; u8 payload[24]; };
struct ring { struct packet packets[16]; u32 head, tail; };
struct vector { double x, y, z; };
struct move { u32 dx, dy; };
struct event { u8 tag; union { struct move move; u64 key; }; };

/* A slice is an address and a count of elements, passed in two registers. */
typedef struct { u8 *ptr; u64 len; } bytes;
typedef struct { u32 *ptr; u64 len; } words;
typedef struct { u64 *ptr; u64 len; } maps;
typedef struct { double *ptr; u64 len; } doubles;
typedef struct { struct registers *ptr; u64 len; } contexts;
typedef struct { struct packet *ptr; u64 len; } packets;
typedef struct { struct vector *ptr; u64 len; } points;
typedef struct { struct event *ptr; u64 len; } events;
typedef struct { _Bool *ptr; u64 len; } flags;

u64 string_scan(bytes text, u8 wanted);
u64 crc32(bytes data);
u64 byte_parser(bytes text);
u64 edit_distance(bytes a, bytes b, words row);
u64 float_loop(u64 size);
u64 matrix_multiply(doubles c, doubles a, doubles b, u64 n);
u64 insertion_sort(words items);
u64 heap_sort(words items);
u64 bitmap(maps maps);
u64 hash_table(struct slot *slots, maps keys);
u64 page_table_walk(const u64 *root, maps addresses);
u64 linked_list(struct node *first);
u64 indirect_calls(bytes program);
u64 bit_fields(maps syndromes);
u64 bit_writes(maps descriptors, u64 base);
u64 struct_copy(contexts saved, struct registers *live);
u64 ring(struct ring *queue, packets packets, struct packet *out);
u64 vectors(points points);
u64 variants(events events);
u64 sieve(flags composite);
u64 histogram(bytes data);
u64 utf8(bytes text);
