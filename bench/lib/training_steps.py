"""Training steps of UCCH and UCMFH in plain PyTorch, written from the papers' formulas: what bench/training.ts compares
with. Arguments: one JSON object (method, hidden, bits, batch, width, negatives, pairs, sampling, device). Runs on CUDA
where PyTorch has it and the device is not the CPU. Prints `ready`; for each line with a number n on its input takes n
steps and prints the milliseconds of each, by the clock and of all threads; at the end of its input, peak memory."""
import json, os, resource, sys, time
import torch
from torch.nn import Dropout, Linear, Module, ReLU, Sequential, Tanh, TransformerEncoder, TransformerEncoderLayer
from torch.nn.functional import cross_entropy, normalize

options = json.loads(sys.argv[1])
B, d, k, h = (options[name] for name in ("batch", "width", "bits", "hidden"))
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
if options["device"] != "cpu" and torch.cuda.is_available():
    torch.set_default_device("cuda")
images, texts = normalize(torch.randn(B, d)), normalize(torch.randn(B, d))


def ucch():
    K, N, shared = options["negatives"], options["pairs"], options["sampling"] == "shared"
    image = Sequential(Linear(d, h), ReLU(), Linear(h, h), ReLU(), Linear(h, k), Tanh())
    text = Sequential(Linear(d, h), ReLU(), Linear(h, k), Tanh())
    parameters = [*image.parameters(), *text.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=1e-4, weight_decay=1e-6)
    V = normalize(torch.sign(torch.randn(N, k)))
    T, margin, shift, alpha, momentum = 0.9, 0.2, 0.1, 0.7, 0.4
    target = torch.zeros(B, dtype=torch.long)

    def ranking(S, own):
        kept = torch.where(S >= own - margin, S, S - shift)
        return (-S.diag() + torch.logsumexp(kept, 1) + margin).mean()

    def step():
        pair = torch.randint(N, (B,))
        f, g = normalize(image(images)), normalize(text(texts))
        if shared:
            own, others = torch.sign(V[pair]), torch.sign(V[torch.randint(N, (K,))])
            logits = lambda x: torch.cat([(x * own).sum(1, keepdim=True), x @ others.t()], 1) / (T * k**0.5)
        else:
            rows = torch.cat([pair.view(-1, 1), torch.randint(N, (B, K))], 1)
            signs = torch.sign(V[rows.view(-1)].view(B, K + 1, k))
            logits = lambda x: torch.bmm(signs, x.unsqueeze(2)).squeeze(2) / (T * k**0.5)
        contrastive = cross_entropy(logits(f), target) + cross_entropy(logits(g), target)
        S = f @ g.t()
        own_similarity = S.diag().view(-1, 1)
        loss = alpha * contrastive + (1 - alpha) * (ranking(S, own_similarity) + ranking(S.t(), own_similarity))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        with torch.no_grad():
            V[pair] = normalize(momentum * V[pair] + (1 - momentum) * normalize((f + g) / 2))
        return loss.item()

    return step


def ucmfh():
    layer = TransformerEncoderLayer(2 * d, 4, 2048, dropout=0.1, batch_first=True)
    encoder = TransformerEncoder(layer, 2)

    class Head(Module):
        def __init__(self):
            super().__init__()
            self.layers = Sequential(Linear(d, h), ReLU(), Dropout(0.3), Linear(h, k), Tanh())

        def forward(self, x):
            return normalize(self.layers(normalize(x)))

    heads = [Head(), Head()]
    optimizer = torch.optim.Adam(
        [{"params": encoder.parameters(), "lr": 1e-4}, *({"params": head.parameters(), "lr": 1e-3} for head in heads)],
        betas=(0.5, 0.999),
    )
    eye = torch.eye(2 * B, dtype=torch.bool)
    target = torch.cat([torch.arange(B) + B, torch.arange(B)])

    def nt_xent(a, b):
        both = normalize(torch.cat([a, b]))
        return cross_entropy((both @ both.t() / 0.5).masked_fill(eye, float("-inf")), target)

    def step():
        row = normalize(encoder(torch.cat([images, texts], 1).unsqueeze(1)).squeeze(1))
        z = row[:, :d], row[:, d:]
        loss = nt_xent(*z) + 0.5 * nt_xent(heads[0](z[0]), heads[1](z[1]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


step = {"ucch": ucch, "ucmfh": ucmfh}[options["method"]]()
step()
print("ready", flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        clock, busy = time.perf_counter(), time.process_time()
        step()
        times.append([(time.perf_counter() - clock) * 1000, (time.process_time() - busy) * 1000])
    print(json.dumps(times), flush=True)
print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
