// Every method of the contract, put together from its subjects.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { albumsApi } from './albums.ts';
import { backupApi } from './backup.ts';
import { copiesApi } from './copies.ts';
import { duplicatesApi } from './duplicates.ts';
import { editsApi } from './edits.ts';
import { exchangeApi } from './exchange.ts';
import { encodersApi } from './encoders.ts';
import { judgementsApi } from './judgements.ts';
import { foldersApi } from './folders.ts';
import { jobsApi } from './jobs.ts';
import { libraryApi } from './library.ts';
import { metadataApi } from './metadata.ts';
import { modelsApi } from './models.ts';
import { ocrApi } from './ocr.ts';
import { photosApi } from './photos.ts';
import { missingApi } from './missing.ts';
import { searchApi } from './search.ts';
import { sharedLibraryApi } from './shared-library.ts';
import { thumbnailsApi } from './thumbnails.ts';
import { suggestionsApi } from './suggestions.ts';
import { trainingApi } from './training.ts';
import { wordsApi } from './words.ts';
import type { EngineServices } from './services.ts';

export function engineApi(services: EngineServices): EngineApi {
  return {
    ...libraryApi(services),
    ...backupApi(services),
    ...foldersApi(services),
    ...jobsApi(services),
    ...photosApi(services),
    ...copiesApi(services),
    ...exchangeApi(services),
    ...missingApi(services),
    ...thumbnailsApi(services),
    ...metadataApi(services),
    ...editsApi(services),
    ...albumsApi(services),
    ...ocrApi(services),
    ...duplicatesApi(services),
    ...searchApi(services),
    ...sharedLibraryApi(services),
    ...judgementsApi(services),
    ...suggestionsApi(services),
    ...wordsApi(services),
    ...trainingApi(services),
    ...modelsApi(services),
    ...encodersApi(services),
  };
}
