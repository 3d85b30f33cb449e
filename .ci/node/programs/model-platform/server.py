"""In the place of the inference server: loads a version of a model from the registry and asks it."""

import os
import pickle
import urllib.request

import uvicorn
from fastapi import Body, FastAPI

env = os.environ
app = FastAPI()
url = f"{env['MODEL_REGISTRY_URL']}/models/{env['MODEL_NAME']}/versions/{env['MODEL_VERSION']}"
urllib.request.urlretrieve(url, "/tmp/model.pkl")
with open("/tmp/model.pkl", "rb") as file:
    model = pickle.load(file)


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.get("/model-info")
def model_info():
    return {"model_name": env["MODEL_NAME"], "model_version": env["MODEL_VERSION"], "type": type(model).__name__}


@app.post("/predict")
def predict(features: list[list[float]] = Body(embed=True)):
    return {"predictions": [str(each) for each in model.predict(features)]}


uvicorn.run(app, host="", port=int(env.get("INFERENCE_PORT", "8001")))
